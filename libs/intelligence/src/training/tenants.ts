import { type Belief, learnedShift } from './shift.ts';

export interface TenantRows {
  /** Calibrated log-odds of the pooled model. */
  readonly logits: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
  /** One per row. */
  readonly tenants: readonly string[];
  /** Which lead each row is of; empty: a lead per row. */
  readonly groups: ArrayLike<number>;
}

export interface TenantShift {
  /** To add to the log-odds of the pooled model. */
  readonly shift: number;
  readonly standardError: number;
  readonly rows: number;
  readonly leads: number;
  /** Leads that converted. */
  readonly positives: number;
}

export interface TenantShifts {
  readonly byTenant: ReadonlyMap<string, TenantShift>;
  /** Standard deviation of tenants around the pooled model. */
  readonly spread: number;
}

interface OneTenant {
  readonly logits: number[];
  readonly labels: number[];
  readonly leads: number[];
  readonly weights: number[];
}

const ROUNDS = 200;
const START = 0.25;
const ENOUGH = 1e-6;
/** Below it tenants do not differ. */
const LEAST_VARIANCE = 1e-4;

/**
 * By how much each tenant's log-odds differ from the pooled model, pulled towards it by empirical Bayes: shifts are normal around
 * 0, with a variance that all tenants together tell (EM with Laplace's approximation; Breslow and Clayton, 1993). The rule: a
 * tenant with few leads keeps the pooled odds, one with many has its own. A lead counts once, however many rows it has.
 */
export function recalibrateByTenant(rows: TenantRows): TenantShifts {
  const tenants = byTenant(rows);
  let variance = START;
  let beliefs = new Map<string, Belief>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = { mean: 0, variance };
    beliefs = new Map(
      Array.from(tenants, ([tenant, of]) => [tenant, learnedShift(of.logits, of.labels, of.weights, before)]),
    );
    const squares = [...beliefs.values()].reduce((sum, belief) => sum + belief.mean ** 2 + belief.variance, 0);
    const next = Math.max(LEAST_VARIANCE, squares / Math.max(1, beliefs.size));
    const isSettled = Math.abs(next - variance) < ENOUGH;
    variance = next;
    if (isSettled) break;
  }
  const shifts = Array.from(tenants, ([tenant, of]) => [tenant, shiftOf(of, beliefs.get(tenant))] as const);
  return { byTenant: new Map(shifts), spread: Math.sqrt(variance) };
}

function byTenant({ logits, labels, tenants, groups }: TenantRows): ReadonlyMap<string, OneTenant> {
  const all = new Map<string, OneTenant>();
  for (const [row, tenant] of tenants.entries()) {
    const of = all.get(tenant) ?? { logits: [], labels: [], leads: [], weights: [] };
    all.set(tenant, of);
    of.logits.push(logits[row] ?? 0);
    of.labels.push(labels[row] ?? 0);
    of.leads.push(groups[row] ?? row);
  }
  for (const { leads, weights } of all.values()) {
    const rowsOf = new Map<number, number>();
    for (const lead of leads) rowsOf.set(lead, (rowsOf.get(lead) ?? 0) + 1);
    for (const lead of leads) weights.push(1 / (rowsOf.get(lead) ?? 1));
  }
  return all;
}

function shiftOf({ labels, leads }: OneTenant, belief: Belief | undefined): TenantShift {
  const positives = new Set(leads.filter((_, row) => labels[row] === 1)).size;
  return {
    shift: belief?.mean ?? 0,
    standardError: Math.sqrt(belief?.variance ?? 0),
    rows: labels.length,
    leads: new Set(leads).size,
    positives,
  };
}

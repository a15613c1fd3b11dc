import { arrive, charge } from './gcra.ts';
import type { LimitOf } from './tenant-limits.ts';

export type Lane = 'live' | 'slow';

/** Deep enough for the windows of many gateways, shallow enough that a wrong total is soon forgotten. */
const MAX_DEBT_US = 10_000_000;

interface Tenant {
  tatUs: number;
  /** Let into the live lane since `takeCounts`. */
  count: number;
}

export interface LaneChooserOptions {
  readonly limitOf: LimitOf;
  /** Tenants remembered one by one; those beyond share one limit until others are forgotten. */
  readonly maxTenants?: number;
}

/** What tenants beyond `maxTenants` are remembered as: no tenant can have this id. */
const OTHERS = '*';

/**
 * Says which lane a tenant's webhook takes: the live one while the tenant keeps to its limit. Decided from memory alone.
 * All times in µs on a clock that only goes forward.
 */
export class LaneChooser {
  readonly #limitOf: LimitOf;
  readonly #maxTenants: number;
  readonly #tenants = new Map<string, Tenant>();

  constructor({ limitOf, maxTenants = 50_000 }: LaneChooserOptions) {
    this.#limitOf = limitOf;
    this.#maxTenants = maxTenants;
  }

  /** Tenants remembered. */
  get size(): number {
    return this.#tenants.size;
  }

  laneOf(tenantId: string, nowUs: number): Lane {
    const tenant = this.#tenants.get(tenantId) ?? this.#remember(tenantId, nowUs);
    if (tenant !== null) return admit(tenant, this.#limitOf(tenantId), nowUs);
    return admit(this.#others(nowUs), this.#limitOf(OTHERS), nowUs);
  }

  /** How many of each tenant were let into the live lane since the last call. */
  takeCounts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const [tenantId, tenant] of this.#tenants) {
      if (tenant.count > 0 && tenantId !== OTHERS) counts.set(tenantId, tenant.count);
      tenant.count = 0;
    }
    return counts;
  }

  /** Tells what other gateways let in of a tenant. */
  charge(tenantId: string, count: number, nowUs: number): void {
    if (count === 0) return;
    const tenant = this.#tenants.get(tenantId) ?? this.#remember(tenantId, nowUs);
    if (tenant !== null) tenant.tatUs = charge(tenant.tatUs, nowUs, count, this.#limitOf(tenantId), MAX_DEBT_US);
  }

  /** Forgets tenants of whom nothing is left to remember: a TAT in the past means the same as none, once its count was taken. */
  forgetIdle(nowUs: number): void {
    for (const [tenantId, { tatUs, count }] of this.#tenants) {
      if (tatUs <= nowUs && count === 0) this.#tenants.delete(tenantId);
    }
  }

  /** @returns null when as many as may be are remembered. */
  #remember(tenantId: string, nowUs: number): Tenant | null {
    if (this.#tenants.size >= this.#maxTenants) return null;
    const tenant: Tenant = { tatUs: nowUs, count: 0 };
    this.#tenants.set(tenantId, tenant);
    return tenant;
  }

  #others(nowUs: number): Tenant {
    const others = this.#tenants.get(OTHERS) ?? { tatUs: nowUs, count: 0 };
    this.#tenants.set(OTHERS, others);
    return others;
  }
}

function admit(tenant: Tenant, limit: ReturnType<LimitOf>, nowUs: number): Lane {
  const next = arrive(tenant.tatUs, nowUs, limit);
  if (next === null) return 'slow';
  tenant.tatUs = next;
  tenant.count += 1;
  return 'live';
}

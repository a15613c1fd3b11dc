import type { ScoredLead } from '@hub/contracts';
import { type Database, isOutage, type LeadSummary } from '@hub/database';
import { emptyState, foldAll } from '@hub/intelligence';
import { decide, type DecidedLead } from '../decide.ts';
import { type FoldedLead, needsRefold } from '../fold-leads.ts';
import { keyOf, type LeadRow } from '../lead-rows.ts';
import type { Models } from '../models/models.ts';
import { storedEvents } from '../store-webhooks.ts';
import { hasMoved } from './has-moved.ts';
import { storeUnlessOvertaken } from './quiet-page.ts';

/** What sweeping works with. */
export interface Sweeping {
  readonly database: Database;
  readonly models: Models;
  /** To the screens of one tenant. */
  publish(tenantId: string, leads: readonly ScoredLead[]): Promise<unknown>;
  /** Told of what was stored and published. */
  decided(decided: readonly DecidedLead[]): void;
  /** Told of a lead that fails whenever it is among others or alone. */
  skipped(row: LeadRow, error: unknown): void;
}

/** What became of leads: `unmoved` keep the decision that stands, `overtaken` were decided on by a webhook meanwhile. */
export interface Swept {
  readonly stored: number;
  readonly unmoved: number;
  readonly overtaken: number;
  readonly skipped: number;
}

const NOTHING: Swept = { stored: 0, unmoved: 0, overtaken: 0, skipped: 0 };

/** Leads of one transaction: their rows are held for as long as it takes to write them. */
const MAX_STORED_AT_ONCE = 256;

/**
 * Decides again on leads of whom nothing was heard; stores and publishes what moved. A lead that cannot be decided on does
 * not hold up the others.
 * @throws What the database or the broker threw when it is away: the same leads may be tried again.
 */
export async function sweepLeads(rows: readonly LeadRow[], sweeping: Sweeping, nowMs: number): Promise<Swept> {
  if (rows.length === 0) return NOTHING;
  try {
    return await sweepTogether(rows, sweeping, nowMs);
  } catch (error) {
    if (isOutage(error)) throw error;
    const [only] = rows;
    if (only !== undefined && rows.length === 1) {
      sweeping.skipped(only, error);
      return { ...NOTHING, skipped: 1 };
    }
    const half = Math.ceil(rows.length / 2);
    const first = await sweepLeads(rows.slice(0, half), sweeping, nowMs);
    return sum(first, await sweepLeads(rows.slice(half), sweeping, nowMs));
  }
}

async function sweepTogether(rows: readonly LeadRow[], sweeping: Sweeping, nowMs: number): Promise<Swept> {
  const leads = await withPresentState(rows, sweeping.database);
  const decided = await decide(leads, sweeping.models, nowMs);
  const moved = decided.filter(({ lead, scored }) => isRefolded(lead) || hasMoved(lead.row.summary, scored));
  let stored = 0;
  for (let from = 0; from < moved.length; from += MAX_STORED_AT_ONCE) {
    const ours = await storeUnlessOvertaken(sweeping.database, moved.slice(from, from + MAX_STORED_AT_ONCE));
    await publishByTenant(ours, sweeping);
    sweeping.decided(ours);
    stored += ours.length;
  }
  return { stored, unmoved: rows.length - moved.length, overtaken: moved.length - stored, skipped: 0 };
}

/** Their states; those folded by a build whose features meant something else are folded anew. */
async function withPresentState(rows: readonly LeadRow[], database: Database): Promise<FoldedLead[]> {
  const outdated = rows.filter((row) => needsRefold(row, []));
  const tenantIds = [...new Set(outdated.map(({ tenantId }) => tenantId))];
  const events = outdated.length === 0 ? null : await database.asTenants(tenantIds, (tx) => storedEvents(tx, outdated));
  return rows.map((row) => {
    const earlier = needsRefold(row, []) ? (events?.get(keyOf(row.tenantId, row.leadId)) ?? []) : null;
    const state = earlier === null ? (row.state ?? emptyState()) : foldAll(earlier);
    return { row, state, facts: row.facts, applied: [] };
  });
}

function isRefolded({ row, state }: FoldedLead): boolean {
  return row.state !== state;
}

function publishByTenant(decided: readonly DecidedLead[], sweeping: Sweeping): Promise<unknown> {
  const byTenant = Map.groupBy(decided, ({ tenantId }) => tenantId);
  return Promise.all(
    [...byTenant].map(([tenantId, ofTenant]) =>
      sweeping.publish(
        tenantId,
        ofTenant.map(({ scored }) => scored),
      ),
    ),
  );
}

/** Says once more what stands, for decisions that a process stored and may have died before publishing. */
export function publishStanding(rows: readonly LeadRow[], sweeping: Sweeping): Promise<unknown> {
  const byTenant = Map.groupBy(rows, ({ tenantId }) => tenantId);
  return Promise.all(
    [...byTenant].map(([tenantId, ofTenant]) => sweeping.publish(tenantId, ofTenant.flatMap(standing))),
  );
}

function standing({ summary }: { readonly summary: LeadSummary | null }): ScoredLead[] {
  return summary === null ? [] : [{ ...summary, eventIds: [], traceparent: null }];
}

export function sum(first: Swept, second: Swept): Swept {
  return {
    stored: first.stored + second.stored,
    unmoved: first.unmoved + second.unmoved,
    overtaken: first.overtaken + second.overtaken,
    skipped: first.skipped + second.skipped,
  };
}

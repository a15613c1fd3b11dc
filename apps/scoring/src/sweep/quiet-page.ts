import type { Database, Tx } from '@hub/database';
import { type LeadKey, type LeadRow, keyOf, LEAD_COLUMNS, type StoredLead, toRow } from '../lead-rows.ts';
import type { DecidedLead } from '../decide.ts';
import { storeDecisions } from '../store-decisions.ts';
import type { Progress, Turn } from './rounds.ts';

/** The next open leads of some tenants, not locked: what arrives meanwhile goes first. */
export interface QuietPage {
  readonly rows: readonly LeadRow[];
  readonly progress: readonly Progress[];
}

/**
 * @param settledMs Leads decided on within so long before a round began are left out of it. Where a turn is resumed,
 *   those decided on since the round began come along: their decisions may not have been published.
 * @param limit Most leads in all.
 */
export async function readPage(
  database: Database,
  turns: readonly Turn[],
  settledMs: number,
  limit: number,
): Promise<QuietPage> {
  const limitEach = Math.ceil(limit / turns.length);
  const ids = turns.map(({ tenantId }) => tenantId);
  const stored = await database.asTenants(ids, (tx) =>
    tx.query<StoredLead>({
      name: 'quiet-leads',
      text: `SELECT leads.* FROM unnest($1::text[], $2::text[], $3::float8[], $4::boolean[])
          AS turn (tenant_id, after_lead_id, began_at_ms, is_resumed),
        LATERAL (SELECT ${LEAD_COLUMNS} FROM leads
          WHERE leads.tenant_id = turn.tenant_id AND lead_id > turn.after_lead_id AND is_open
            AND (scored_at < to_timestamp((turn.began_at_ms - $5::float8) / 1000)
              OR turn.is_resumed AND scored_at >= to_timestamp(turn.began_at_ms / 1000))
          ORDER BY lead_id LIMIT $6) AS leads
        ORDER BY leads.tenant_id, leads.lead_id`,
      values: [
        ids,
        turns.map(({ afterLeadId }) => afterLeadId),
        turns.map(({ beganAtMs }) => beganAtMs),
        turns.map(({ isResumed }) => isResumed),
        settledMs,
        limitEach,
      ],
    }),
  );
  const rows = stored.map(toRow);
  return { rows, progress: progressOf(turns, rows, limitEach) };
}

/** A tenant that filled its part of the page may have more; the order of ids is the database's. */
export function progressOf(turns: readonly Turn[], rows: readonly LeadRow[], limitEach: number): Progress[] {
  const byTenant = Map.groupBy(rows, ({ tenantId }) => tenantId);
  return turns.map(({ tenantId, afterLeadId }) => {
    const found = byTenant.get(tenantId) ?? [];
    return { tenantId, afterLeadId: found.at(-1)?.leadId ?? afterLeadId, isOver: found.length < limitEach };
  });
}

/**
 * Stores decisions on leads that nobody decided on meanwhile. It waits for no lock, so that it can hold up no live webhook
 * but for the moment of its own commit, and be in no deadlock.
 * @returns Those stored.
 */
export function storeUnlessOvertaken(database: Database, decided: readonly DecidedLead[]): Promise<DecidedLead[]> {
  const tenantIds = [...new Set(decided.map(({ tenantId }) => tenantId))];
  return database.asTenants(tenantIds, async (tx) => {
    const free = await lockUnmoved(
      tx,
      decided.map(({ lead }) => lead.row),
    );
    const ours = decided.filter(({ lead }) => free.has(keyOf(lead.row.tenantId, lead.row.leadId)));
    await storeDecisions(tx, ours);
    return ours;
  });
}

/** Keys of the leads that are still at the version they were read at, and that no transaction holds. */
async function lockUnmoved(tx: Tx, rows: readonly LeadRow[]): Promise<Set<string>> {
  const locked = await tx.query<{ tenant_id: string; lead_id: string }>({
    name: 'lock-unmoved',
    text: `SELECT leads.tenant_id, leads.lead_id
      FROM unnest($1::text[], $2::text[], $3::int[]) AS wanted (tenant_id, lead_id, version)
      JOIN leads USING (tenant_id, lead_id, version) FOR UPDATE OF leads SKIP LOCKED`,
    values: [
      rows.map(({ tenantId }: LeadKey) => tenantId),
      rows.map(({ leadId }: LeadKey) => leadId),
      rows.map(({ version }) => version),
    ],
  });
  return new Set(locked.map((row) => keyOf(row.tenant_id, row.lead_id)));
}

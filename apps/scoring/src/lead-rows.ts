import type { LeadSummary, Tx } from '@hub/database';
import type { LeadState } from '@hub/intelligence';
import type { LeadFacts } from './facts.ts';

/** A lead as stored; `state` is null and `version` 0 before its first decision. */
export interface LeadRow {
  readonly tenantId: string;
  readonly leadId: string;
  readonly version: number;
  readonly facts: LeadFacts;
  readonly state: LeadState | null;
  readonly summary: LeadSummary | null;
  readonly sparkline: readonly number[];
}

export interface LeadKey {
  readonly tenantId: string;
  readonly leadId: string;
}

/** A row of `LEAD_COLUMNS`. */
export interface StoredLead {
  tenant_id: string;
  lead_id: string;
  version: number;
  facts: LeadFacts;
  state: LeadState | null;
  summary: LeadSummary | null;
}

export const LEAD_COLUMNS = 'leads.tenant_id, leads.lead_id, leads.version, leads.facts, leads.state, leads.summary';

/** One text for an id within a tenant; tenant ids hold no line break. */
export function keyOf(tenantId: string, id: string): string {
  return `${tenantId}\n${id}`;
}

/** Locks the leads for this transaction, making those that are new. */
export async function lockLeads(tx: Tx, keys: readonly LeadKey[], nowMs: number): Promise<LeadRow[]> {
  if (keys.length === 0) return [];
  const wanted = keys.toSorted((a, b) => (keyOf(a.tenantId, a.leadId) < keyOf(b.tenantId, b.leadId) ? -1 : 1));
  const found = await lockExisting(tx, wanted);
  const missing = without(wanted, found);
  if (missing.length === 0) return found;
  const made = await tx.query<StoredLead>({
    name: 'make-leads',
    text: `INSERT INTO leads (tenant_id, lead_id, first_seen_at)
      SELECT tenant_id, lead_id, to_timestamp($3::float8 / 1000)
      FROM unnest($1::text[], $2::text[]) AS wanted (tenant_id, lead_id)
      ON CONFLICT DO NOTHING RETURNING ${LEAD_COLUMNS}`,
    values: [missing.map((key) => key.tenantId), missing.map((key) => key.leadId), nowMs],
  });
  const known = [...found, ...made.map(toRow)];
  // Another transaction made the rest since we looked; it has committed by now.
  const rest = without(wanted, known);
  return rest.length === 0 ? known : [...known, ...(await lockExisting(tx, rest))];
}

/** Reads leads without locking them; those that are not there are left out. */
export async function readLeads(tx: Tx, keys: readonly LeadKey[]): Promise<LeadRow[]> {
  const rows = await tx.query<StoredLead>({
    name: 'read-leads',
    text: `SELECT ${LEAD_COLUMNS}
      FROM unnest($1::text[], $2::text[]) AS wanted (tenant_id, lead_id) JOIN leads USING (tenant_id, lead_id)`,
    values: [keys.map((key) => key.tenantId), keys.map((key) => key.leadId)],
  });
  return rows.map(toRow);
}

async function lockExisting(tx: Tx, keys: readonly LeadKey[]): Promise<LeadRow[]> {
  const rows = await tx.query<StoredLead>({
    name: 'lock-leads',
    text: `SELECT ${LEAD_COLUMNS}
      FROM unnest($1::text[], $2::text[]) AS wanted (tenant_id, lead_id) JOIN leads USING (tenant_id, lead_id)
      ORDER BY leads.tenant_id, leads.lead_id FOR UPDATE OF leads`,
    values: [keys.map((key) => key.tenantId), keys.map((key) => key.leadId)],
  });
  return rows.map(toRow);
}

function without(keys: readonly LeadKey[], rows: readonly LeadRow[]): LeadKey[] {
  const there = new Set(rows.map((row) => keyOf(row.tenantId, row.leadId)));
  return keys.filter((key) => !there.has(keyOf(key.tenantId, key.leadId)));
}

export function toRow(stored: StoredLead): LeadRow {
  const { tenant_id: tenantId, lead_id: leadId, version, facts, state, summary } = stored;
  return { tenantId, leadId, version, facts, state, summary, sparkline: summary?.sparkline ?? [] };
}

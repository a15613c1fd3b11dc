import type { Database, LeadSummary, Tx } from '@hub/database';
import { type Cursor, encodeCursor } from './cursor.ts';

/** `now`: who to call first. `cold`: who is slipping away. `all`: newest leads first. */
export const LEAD_VIEWS = ['now', 'cold', 'all'] as const;
export type LeadView = (typeof LEAD_VIEWS)[number];

export interface LeadPage {
  readonly leads: readonly LeadSummary[];
  readonly nextCursor: string | null;
}

interface LeadRow {
  summary: LeadSummary;
  lead_id: string;
  key: number;
}

const ODDS_GIVEN = `is_open AND band <> 'unknown'`;

/** The order of each view: descending by a number, then by id. Each has an index that gives it. */
const ORDERS: Record<LeadView, { readonly key: string; readonly where: string }> = {
  now: { key: 'conversion_p', where: ODDS_GIVEN },
  cold: { key: 'going_cold_p', where: ODDS_GIVEN },
  // Microseconds: exact as a number, and unlike a score it does not change while someone turns the pages.
  all: { key: '(extract(epoch FROM first_seen_at) * 1000000)::float8', where: 'true' },
};

/**
 * A page of a tenant's leads that have been scored.
 * @returns null when there is no such tenant.
 */
export function listLeads(
  database: Database,
  request: { tenantId: string; view: LeadView; limit: number; cursor: Cursor | undefined },
): Promise<LeadPage | null> {
  const { tenantId, view, limit, cursor } = request;
  return database.asTenants([tenantId], async (tx) => {
    if (!(await tenantExists(tx, tenantId))) return null;
    const rows = await tx.query<LeadRow>({
      name: `leads-${view}-${cursor === undefined ? 'first' : 'next'}`,
      text: statement(view, cursor !== undefined),
      // One more than asked for tells whether there is a next page.
      values: [tenantId, limit + 1, ...(cursor === undefined ? [] : [cursor.key, cursor.id])],
    });
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return {
      leads: page.map(({ summary }) => summary),
      nextCursor: last === undefined ? null : encodeCursor({ list: view, key: last.key, id: last.lead_id }),
    };
  });
}

async function tenantExists(tx: Tx, tenantId: string): Promise<boolean> {
  const rows = await tx.query({ name: 'tenant', text: 'SELECT 1 FROM tenants WHERE id = $1', values: [tenantId] });
  return rows.length > 0;
}

function statement(view: LeadView, continues: boolean): string {
  const { key, where } = ORDERS[view];
  const after = continues ? `AND ${key} <= $3::float8 AND (${key} < $3::float8 OR lead_id > $4)` : '';
  return `SELECT summary, lead_id, ${key} AS key FROM leads
    WHERE tenant_id = $1 AND summary IS NOT NULL AND ${where} ${after}
    ORDER BY ${key} DESC, lead_id LIMIT $2`;
}

import type { LeadEvent } from '@hub/contracts';
import type { Database, Tx } from '@hub/database/registry';

/** What one webhook told of a lead, and the version of the lead's decision that applied it. */
export interface AppliedEvents {
  readonly version: number;
  readonly events: readonly LeadEvent[];
}

export interface LeadKey {
  readonly tenantId: string;
  readonly leadId: string;
}

interface Row {
  readonly tenant_id: string;
  readonly lead_id: string;
  readonly event_id: string;
  readonly lead_version: number | null;
  readonly lead_events: readonly LeadEvent[];
}

export function keyOf({ tenantId, leadId }: LeadKey): string {
  return `${tenantId}\n${leadId}`;
}

/** The stored events of leads, in no order. */
export async function eventsOf(
  database: Database,
  keys: readonly LeadKey[],
): Promise<ReadonlyMap<string, readonly AppliedEvents[]>> {
  return database.asTenants(['*'], async (tx) => {
    const rows = await tx.query<Row>({
      name: 'replay-events',
      text: `SELECT tenant_id, lead_id, event_id, lead_version, lead_events
        FROM unnest($1::text[], $2::text[]) AS wanted (tenant_id, lead_id) JOIN events USING (tenant_id, lead_id)
        WHERE lead_events IS NOT NULL`,
      values: [keys.map(({ tenantId }) => tenantId), keys.map(({ leadId }) => leadId)],
    });
    const told = await versionsTold(
      tx,
      rows.filter((row) => row.lead_version === null),
    );
    const byLead = Map.groupBy(rows, (row) => keyOf({ tenantId: row.tenant_id, leadId: row.lead_id }));
    return new Map(
      [...byLead].map(([key, ofLead]) => [
        key,
        ofLead.map((row) => ({
          version: row.lead_version ?? told.get(`${key}\n${row.event_id}`) ?? Infinity,
          events: row.lead_events,
        })),
      ]),
    );
  });
}

/** Events stored by earlier builds do not say which decision applied them; the decisions do. */
async function versionsTold(tx: Tx, rows: readonly Row[]): Promise<ReadonlyMap<string, number>> {
  if (rows.length === 0) return new Map();
  const decided = await tx.query<{ tenant_id: string; lead_id: string; event_id: string; version: number }>({
    text: `SELECT tenant_id, lead_id, event_id, min(version) AS version
      FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[]) AS lead (tenant_id, lead_id)) AS wanted
      JOIN scores USING (tenant_id, lead_id), unnest(event_ids) AS event_id GROUP BY 1, 2, 3`,
    values: [rows.map(({ tenant_id }) => tenant_id), rows.map(({ lead_id }) => lead_id)],
  });
  return new Map(
    decided.map((row) => [`${keyOf({ tenantId: row.tenant_id, leadId: row.lead_id })}\n${row.event_id}`, row.version]),
  );
}

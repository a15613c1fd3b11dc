import { webhookStored } from '@hub/contracts';
import { type Database, epochMs } from '@hub/database';
import { type NatsConnection, readMessage } from '@hub/messaging';
import type { OverduePack } from './imbalance.ts';
import { ACCOUNTED_WITHIN_MS } from './ledger.ts';

interface OverdueRow {
  sequence: string;
  stored_at_ms: number;
  is_settled: boolean;
  totals: Record<string, number>;
}

/** Of a long outage the oldest are enough to say what is wrong; one tenant's must not hide another's. */
const MAX_PACKS_PER_TENANT = 5;
const MAX_PACKS = 200;

/**
 * Packs that are not accounted for in time, oldest first, with what they hold: not settled, or settled and passed over by
 * the count, which had reached later ones long ago.
 */
export async function overduePacks(
  database: Database,
  connection: NatsConnection,
  nowMs: number,
): Promise<OverduePack[]> {
  const rows = await database.query<OverdueRow>({
    name: 'overdue-packs',
    text: `WITH reached AS (
        SELECT stored_at FROM inbox_packs WHERE counted_at < to_timestamp($1::float8 / 1000)
        ORDER BY stored_at DESC LIMIT 1
      )
      SELECT sequence, ${epochMs('stored_at')} AS stored_at_ms,
        settled_at IS NOT NULL AS is_settled,
        coalesce(jsonb_object_agg(tenant_id, total) FILTER (WHERE tenant_id IS NOT NULL), '{}') AS totals
      FROM (
        SELECT sequence, stored_at, settled_at, "tenantId" AS tenant_id, sum(received) OVER of_tenant AS total,
          row_number() OVER (PARTITION BY "tenantId" ORDER BY stored_at, sequence) AS place
        FROM inbox_packs LEFT JOIN LATERAL
          jsonb_to_recordset(counts) AS line ("tenantId" text, received int) ON true
        WHERE (settled_at IS NULL OR counted_at IS NULL) AND stored_at < to_timestamp($1::float8 / 1000)
          AND (settled_at IS NULL OR stored_at < (SELECT stored_at FROM reached))
        WINDOW of_tenant AS (PARTITION BY "tenantId")
      ) AS overdue
      WHERE place <= $2
      GROUP BY sequence, stored_at, settled_at ORDER BY stored_at, sequence LIMIT $3`,
    values: [nowMs - ACCOUNTED_WITHIN_MS, MAX_PACKS_PER_TENANT, MAX_PACKS],
  });
  const packs = await Promise.all(rows.map((row) => readPack(connection, row)));
  return packs.filter((pack) => pack !== null);
}

/** null: the inbox has let go of it, or another message has its place in a stream that was made anew. */
async function readPack(connection: NatsConnection, row: OverdueRow): Promise<OverduePack | null> {
  const sequence = Number(row.sequence);
  const message = await readMessage(connection, webhookStored, sequence);
  if (message === null || message.storedAtMs !== row.stored_at_ms) return null;
  return {
    sequence,
    storedAtMs: message.storedAtMs,
    isSettled: row.is_settled,
    totals: row.totals,
    lane: message.subject.startsWith('webhook.received.slow.') ? 'slow' : 'live',
    webhooks: message.payload,
  };
}

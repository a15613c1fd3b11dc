import type { StoredWebhook } from '@hub/contracts';
import type { Database } from '@hub/database';
import type { Inbound } from '@hub/messaging';
import { packCountsOf } from './pack-counts.ts';

/**
 * Adds what came in to the ledger, each pack once: a redelivered one adds nothing. Scoring marks the same rows; rows are
 * locked in one order, so that nobody deadlocks.
 */
export async function countPacks(
  database: Database,
  packs: readonly Inbound<readonly StoredWebhook[]>[],
): Promise<void> {
  const rows = packs.map(({ sequence, storedAtMs, payload }) => ({
    sequence,
    stored_at_ms: storedAtMs,
    counts: packCountsOf(payload),
  }));
  await database.asTenants(['*'], (tx) =>
    tx.query({
      name: 'count-packs',
      text: `WITH pack AS (
          INSERT INTO inbox_packs (sequence, stored_at, counted_at, counts)
          SELECT sequence, to_timestamp(stored_at_ms / 1000), now(), counts
          FROM json_to_recordset($1::json) AS wanted (sequence bigint, stored_at_ms float8, counts jsonb)
          ORDER BY stored_at_ms, sequence
          ON CONFLICT (stored_at, sequence) DO UPDATE SET counted_at = excluded.counted_at, counts = excluded.counts
            WHERE inbox_packs.counted_at IS NULL
          RETURNING counts
        )
        INSERT INTO ledger_minutes (tenant_id, minute, received)
        SELECT "tenantId", to_timestamp("minuteMs" / 1000), sum(received)
        FROM pack, jsonb_to_recordset(counts) AS line ("tenantId" text, "minuteMs" float8, received bigint)
        GROUP BY "tenantId", "minuteMs" ORDER BY "tenantId", "minuteMs"
        ON CONFLICT (tenant_id, minute) DO UPDATE SET received = ledger_minutes.received + excluded.received`,
      values: [JSON.stringify(rows)],
    }),
  );
}

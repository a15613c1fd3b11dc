import { type Database, epochMs } from '@hub/database';
import { z } from 'zod';

export const duplicates = z.object({
  /** Copies of the last hour: `hot` answered by the gateway, `exact` found in the database. */
  minutes: z.array(z.object({ minuteMs: z.number().int(), hot: z.number().int(), exact: z.number().int() })),
  events: z.array(
    z.object({
      eventId: z.string(),
      firstSeenAtMs: z.number().int(),
      lastSeenAtMs: z.number().int(),
      /** Besides the first. */
      copies: z.number().int(),
    }),
  ),
});
export type Duplicates = z.infer<typeof duplicates>;

const HOUR_MS = 3_600_000;

export function readDuplicates(
  database: Database,
  tenantId: string,
  limit: number,
  nowMs: number,
): Promise<Duplicates> {
  return database.asTenants([tenantId], async (tx) => {
    const [events, minutes] = await Promise.all([
      tx.query<Duplicates['events'][number]>({
        name: 'duplicates',
        text: `SELECT event_id AS "eventId", copies::float8,
            ${epochMs('first_seen_at')} AS "firstSeenAtMs",
            ${epochMs('last_seen_at')} AS "lastSeenAtMs"
          FROM duplicate_deliveries WHERE tenant_id = $1 ORDER BY last_seen_at DESC LIMIT $2`,
        values: [tenantId, limit],
      }),
      tx.query<Duplicates['minutes'][number]>({
        name: 'duplicates-per-minute',
        text: `SELECT (extract(epoch FROM minute) * 1000)::float8 AS "minuteMs",
            coalesce((outcomes ->> 'duplicate')::float8, 0) AS hot, coalesce(duplicates, 0)::float8 AS exact
          FROM (SELECT minute, duplicates FROM ledger_minutes WHERE tenant_id = $1 AND minute >= to_timestamp($2)) AS line
            FULL JOIN (SELECT minute, outcomes FROM minute_tallies
              WHERE tenant_id = $1 AND path = 'ack' AND minute >= to_timestamp($2)) AS tally USING (minute)
          WHERE duplicates > 0 OR outcomes ? 'duplicate' ORDER BY minute DESC`,
        values: [tenantId, (nowMs - HOUR_MS) / 1000],
      }),
    ]);
    return { events, minutes };
  });
}

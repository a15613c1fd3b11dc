import { type SuspectTally, UNKNOWN_TENANT } from '@hub/contracts';
import type { Database, Tx } from '@hub/database';
import type { Condition } from '../alerts/alerts.ts';

/** What was held back longer ago than this belongs to an earlier time of suspicion, and raises no alert. */
const RECENT_MS = 10 * 60_000;

/** Adds up what gateways held back, per source and time of suspicion. */
export async function addSuspects(tx: Tx, suspects: readonly SuspectTally[]): Promise<void> {
  if (suspects.length === 0) return;
  await tx.query({
    name: 'add-suspects',
    text: `INSERT INTO suspect_sources AS known (source_id, source, since_at, last_at, held_back, kept)
      SELECT "sourceId", min(source), to_timestamp(min("firstAtMs") / 1000), to_timestamp(max("lastAtMs") / 1000),
        sum("heldBack"), sum(kept)
      FROM json_to_recordset($1::json) AS told ("sourceId" text, source text, "firstAtMs" float8, "lastAtMs" float8,
        "heldBack" bigint, kept bigint)
      GROUP BY "sourceId" ORDER BY "sourceId"
      ON CONFLICT (source_id) DO UPDATE SET
        since_at = CASE WHEN ${IS_NEW} THEN excluded.since_at ELSE least(known.since_at, excluded.since_at) END,
        held_back = excluded.held_back + CASE WHEN ${IS_NEW} THEN 0 ELSE known.held_back END,
        kept = excluded.kept + CASE WHEN ${IS_NEW} THEN 0 ELSE known.kept END,
        last_at = greatest(known.last_at, excluded.last_at)`,
    values: [JSON.stringify(suspects)],
  });
}

const IS_NEW = `excluded.since_at > known.last_at + interval '${RECENT_MS} milliseconds'`;

interface SuspectRow {
  source_id: string;
  source: string;
  tenant_id: string | null;
  since_ms: number;
  held_back: number;
  kept: number;
}

/** Sources of which webhooks are held back because a key seems to have been changed. */
export async function suspectSources(database: Database, nowMs: number): Promise<Condition[]> {
  const rows = await database.asTenants(['*'], (tx) =>
    tx.query<SuspectRow>({
      name: 'suspect-sources',
      text: `SELECT suspect.source_id, suspect.source, sources.tenant_id, held_back::float8, kept::float8,
          round(extract(epoch FROM since_at) * 1000)::float8 AS since_ms
        FROM suspect_sources AS suspect LEFT JOIN sources USING (source_id)
        WHERE last_at >= to_timestamp($1::float8 / 1000) ORDER BY source_id`,
      values: [nowMs - RECENT_MS],
    }),
  );
  return rows.map(toCondition);
}

function toCondition(row: SuspectRow): Condition {
  const { source_id: sourceId, source: kind, held_back: heldBack, kept, since_ms: sinceMs } = row;
  const tenantId = row.tenant_id ?? UNKNOWN_TENANT;
  const whose = tenantId === UNKNOWN_TENANT ? 'of the platform' : `of tenant ${tenantId}`;
  return {
    subject: sourceId,
    tenantId,
    summary:
      `source ${sourceId} (${kind}, ${whose}): ${heldBack} webhooks since ${new Date(sinceMs).toISOString()} ` +
      `match none of its keys and were told to come again, ${kept} of them are kept. ${adviceFor(sourceId, tenantId)}`,
    context: { sourceId, source: kind, tenantId, sinceMs, heldBack, kept },
  };
}

/** What is kept is released as soon as a key that matches is known. */
function adviceFor(sourceId: string, tenantId: string): string {
  const whose = tenantId === UNKNOWN_TENANT ? '--public-key BASE64' : `--tenant ${tenantId} --secret-file FILE`;
  return `If the sender changed its key, enter the new one: npm run hub -- sources rotate ${sourceId} ${whose}`;
}

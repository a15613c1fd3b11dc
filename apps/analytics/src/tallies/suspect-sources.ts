import type { Database } from '@hub/database';
import type { Condition } from '../alerts/alerts.ts';

const RECENT_MS = 10 * 60_000;
/** The gateway has seen well-formed signatures that no key made, too many for a stranger: `suspect` was not even kept. */
const SUSPECT_OUTCOMES = ['quarantined', 'suspect'];

/** Tenants of which webhooks are held back because a key seems to have been rotated. */
export async function suspectSources(database: Database, nowMs: number): Promise<Condition[]> {
  const rows = await database.asTenants(['*'], (tx) =>
    tx.query<{ tenant_id: string; held_back: number; kept: number }>({
      name: 'suspect-sources',
      text: `SELECT tenant_id, sum(value::bigint)::float8 AS held_back,
          coalesce(sum(value::bigint) FILTER (WHERE key = 'quarantined'), 0)::float8 AS kept
        FROM minute_tallies, jsonb_each_text(outcomes)
        WHERE minute >= to_timestamp($1::float8 / 1000) AND path = 'ack' AND key = ANY ($2)
        GROUP BY tenant_id HAVING sum(value::bigint) > 0 ORDER BY tenant_id`,
      values: [nowMs - RECENT_MS, SUSPECT_OUTCOMES],
    }),
  );
  return rows.map(({ tenant_id: tenantId, held_back: heldBack, kept }) => ({
    subject: 'signatures',
    tenantId,
    summary: `${heldBack} webhooks of 10 minutes match no known key, ${kept} are kept: was a key rotated?`,
    context: { heldBack, kept },
  }));
}

import { type Database, epochMs, type Tx } from '@hub/database';
import type { Condition } from '../alerts/alerts.ts';
import { estimateOf } from './estimate.ts';

/** Only a gap of this service can cost webhooks: the others find theirs in the inbox. */
const RECEIVER = 'gateway';

const WEEKS = 8;
/** A usual week needs to be seen twice before it is one. */
const ENOUGH_WEEKS = 2;
const RECENT_HOURS = 6;

interface GapRow {
  id: string;
  seconds: number;
}

interface UsualRow {
  tenant_id: string;
  weeks: number;
  received_weeks: number;
  recent_seconds: number;
  received_recent: number;
}

/** Estimates what each gap that ended may have cost each tenant; gaps that have their estimates are left alone. */
export async function estimateGaps(database: Database, nowMs: number): Promise<void> {
  const gaps = await database.query<GapRow>({
    name: 'gaps-to-estimate',
    text: `SELECT id, extract(epoch FROM ended_at - began_at)::float8 AS seconds FROM downtimes
      WHERE service = $1 AND ended_at IS NOT NULL AND estimated_at IS NULL ORDER BY began_at LIMIT 10`,
    values: [RECEIVER],
  });
  for (const gap of gaps) {
    await database.asTenants(['*'], async (tx) => {
      await storeEstimates(tx, gap, await usualOf(tx, gap));
      await tx.query({
        name: 'mark-estimated',
        text: 'UPDATE downtimes SET estimated_at = to_timestamp($2::float8 / 1000) WHERE id = $1',
        values: [gap.id, nowMs],
      });
    });
  }
}

/**
 * What came in for each tenant at the same hours of earlier weeks, as far as they were not gaps themselves, and in the hours
 * before the gap; each only as far back as the tenant is known.
 */
function usualOf(tx: Tx, gap: GapRow): Promise<UsualRow[]> {
  return tx.query<UsualRow>({
    name: 'usual-rate',
    text: `WITH gap AS (SELECT service, began_at, ended_at FROM downtimes WHERE id = $1),
      shifted AS (
        SELECT began_at - make_interval(weeks => week) AS began_at, ended_at - make_interval(weeks => week) AS ended_at, true AS is_week
        FROM gap, generate_series(1 + floor($2 / 604800)::int, floor($2 / 604800)::int + $3) AS week
        UNION ALL SELECT began_at - make_interval(hours => $4), began_at, false FROM gap
      ), usable AS (
        SELECT * FROM shifted WHERE NOT is_week OR NOT EXISTS (
          SELECT FROM downtimes AS other, gap WHERE other.service = gap.service AND other.began_at < shifted.ended_at
            AND coalesce(other.ended_at, 'infinity') > shifted.began_at)
      ), known AS (
        SELECT id AS tenant_id, (SELECT min(minute) FROM ledger_minutes WHERE tenant_id = id) AS since FROM all_tenants()
      ), windowed AS (
        SELECT known.tenant_id, is_week, usable.began_at, usable.ended_at, greatest(usable.began_at, since) AS from_at,
          (SELECT coalesce(sum(received * extract(epoch FROM least(minute + interval '1 minute', usable.ended_at)
              - greatest(minute, usable.began_at)) / 60), 0)
            FROM ledger_minutes AS line WHERE line.tenant_id = known.tenant_id
              AND line.minute > usable.began_at - interval '1 minute' AND line.minute < usable.ended_at) AS received
        FROM known CROSS JOIN usable WHERE since IS NOT NULL
      )
      SELECT tenant_id,
        count(*) FILTER (WHERE is_week AND from_at = began_at)::float8 AS weeks,
        coalesce(sum(received) FILTER (WHERE is_week AND from_at = began_at), 0)::float8 AS received_weeks,
        coalesce(sum(extract(epoch FROM ended_at - from_at)) FILTER (WHERE NOT is_week AND from_at < ended_at), 0)::float8
          AS recent_seconds,
        coalesce(sum(received) FILTER (WHERE NOT is_week), 0)::float8 AS received_recent
      FROM windowed GROUP BY tenant_id`,
    values: [gap.id, gap.seconds, WEEKS, RECENT_HOURS],
  });
}

async function storeEstimates(tx: Tx, gap: GapRow, usual: readonly UsualRow[]): Promise<void> {
  const rows = usual.flatMap((row) => {
    const hasWeeks = row.weeks >= ENOUGH_WEEKS;
    const estimate = hasWeeks
      ? estimateOf({ received: row.received_weeks, exposure: row.weeks })
      : estimateOf({ received: row.received_recent, exposure: row.recent_seconds / gap.seconds });
    const basis = hasWeeks ? 'sameHours' : 'lastHours';
    return estimate === null ? [] : [{ tenant_id: row.tenant_id, basis, ...estimate }];
  });
  await tx.query({
    name: 'store-estimates',
    text: `INSERT INTO downtime_estimates (tenant_id, downtime_id, expected, low, high, basis)
      SELECT tenant_id, $1, expected, low, high, basis FROM json_to_recordset($2::json)
        AS estimate (tenant_id text, expected float8, low int, high int, basis text)
      ON CONFLICT (tenant_id, downtime_id) DO UPDATE
        SET expected = excluded.expected, low = excluded.low, high = excluded.high, basis = excluded.basis`,
    values: [gap.id, JSON.stringify(rows)],
  });
}

/** Services that are silent now. */
export async function silentServices(database: Database, nowMs: number): Promise<Condition[]> {
  const rows = await database.query<{ service: string; began_at_ms: number }>({
    name: 'silent-services',
    text: `SELECT service, ${epochMs('began_at')} AS began_at_ms
      FROM downtimes WHERE ended_at IS NULL AND began_at < to_timestamp($1::float8 / 1000) ORDER BY service`,
    values: [nowMs],
  });
  return rows.map(({ service, began_at_ms: beganAtMs }) => ({
    subject: service,
    tenantId: '_',
    summary: `no instance of ${service} has given a sign of life since ${new Date(beganAtMs).toISOString()}`,
    context: { service, beganAtMs },
  }));
}

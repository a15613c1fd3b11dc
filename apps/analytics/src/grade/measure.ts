import type { Database, Tx } from '@hub/database';
import type { Measured } from '@hub/telemetry';
import { addBuckets } from '../tallies/add-tallies.ts';
import { readInFlight } from '../ledger/ledger.ts';
import { quantileMs } from './percentile.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const RECENT_MS = 5 * MINUTE_MS;
const BUDGET_MS = 72 * HOUR_MS;

/** Answers of the gateway that are 2xx, by its table of answers. */
export const STORED_OUTCOMES: readonly string[] = ['accepted', 'slowed', 'duplicate'];

export interface Measurement {
  readonly measured: Measured;
  /** Whether anything was answered in 3 days, or received in the last hour. */
  readonly hasTraffic: boolean;
}

/** @param tenantId null: all of them. */
export async function measure(database: Database, tenantId: string | null, nowMs: number): Promise<Measurement> {
  const [latency, answers, settled, inFlight] = await database.asTenants([tenantId ?? '*'], (tx) =>
    Promise.all([
      recentLatency(tx, tenantId, nowMs - RECENT_MS),
      answersSince(tx, tenantId, Math.floor((nowMs - BUDGET_MS) / HOUR_MS) * HOUR_MS),
      settledSince(tx, tenantId, nowMs - HOUR_MS),
      readInFlight(tx, tenantId ?? '*', nowMs),
    ]),
  );
  return {
    measured: {
      ackP99: quantileMs(latency.ack, 0.99),
      pushP99: quantileMs(latency.push, 0.99),
      errorBudget: answers.all === 0 ? null : (answers.all - answers.stored) / answers.all,
      lag: inFlight.oldest_ms === null ? 0 : Math.max(0, nowMs - inFlight.oldest_ms),
      deadLetters: settled.all === 0 ? null : settled.dead / settled.all,
    },
    hasTraffic: answers.all > 0 || settled.all > 0 || inFlight.webhooks > 0,
  };
}

async function recentLatency(
  tx: Tx,
  tenantId: string | null,
  fromMs: number,
): Promise<{ ack: number[]; push: number[] }> {
  const rows = await tx.query<{ path: string; latency: string[] }>({
    name: 'recent-latency',
    text: `SELECT path, array_agg(held ORDER BY place) AS latency FROM (
        SELECT path, place, sum(held)::bigint AS held
        FROM minute_tallies, unnest(latency) WITH ORDINALITY AS bucket (held, place)
        WHERE minute >= to_timestamp($2::float8 / 1000) AND ($1::text IS NULL OR tenant_id = $1)
        GROUP BY path, place) AS summed
      GROUP BY path`,
    values: [tenantId, fromMs],
  });
  const of = (path: string) =>
    rows
      .filter((row) => row.path === path)
      .reduce<number[]>((sum, row) => addBuckets(sum, row.latency.map(Number)), []);
  return { ack: of('ack'), push: of('push') };
}

async function answersSince(tx: Tx, tenantId: string | null, fromMs: number): Promise<{ all: number; stored: number }> {
  const [row] = await tx.query<{ all: number; stored: number }>({
    name: 'answers-since',
    text: `SELECT coalesce(sum(answered), 0)::float8 AS all,
        coalesce(sum(answered) FILTER (WHERE outcome = ANY ($3)), 0)::float8 AS stored
      FROM hour_answers
      WHERE hour >= to_timestamp($2::float8 / 1000) AND ($1::text IS NULL OR tenant_id = $1)`,
    values: [tenantId, fromMs, STORED_OUTCOMES],
  });
  return row ?? { all: 0, stored: 0 };
}

async function settledSince(tx: Tx, tenantId: string | null, fromMs: number): Promise<{ all: number; dead: number }> {
  const [row] = await tx.query<{ all: number; dead: number }>({
    name: 'settled-since',
    text: `SELECT coalesce(sum(applied + duplicates + dead + parked), 0)::float8 AS all, coalesce(sum(dead), 0)::float8 AS dead
      FROM ledger_minutes
      WHERE minute >= to_timestamp($2::float8 / 1000) AND ($1::text IS NULL OR tenant_id = $1)`,
    values: [tenantId, fromMs],
  });
  return row ?? { all: 0, dead: 0 };
}

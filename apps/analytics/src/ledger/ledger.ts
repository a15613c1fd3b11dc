import type { Database, Tx } from '@hub/database';
import { z } from 'zod';

/** What is not accounted for after this long is an imbalance. */
export const ACCOUNTED_WITHIN_MS = 120_000;

const counts = {
  received: z.number().int(),
  applied: z.number().int(),
  duplicates: z.number().int(),
  dead: z.number().int(),
  parked: z.number().int(),
  /** Received and not yet settled; below 0 for a moment where scoring was faster than the ledger. */
  inFlight: z.number().int(),
};

const ledgerLine = z.object({
  /** `_`: webhooks whose tenant is not known. */
  tenantId: z.string(),
  minuteMs: z.number().int(),
  ...counts,
  /** Not accounted for although its minute ended more than 2 minutes ago. */
  isImbalanced: z.boolean(),
});
export type LedgerLine = z.infer<typeof ledgerLine>;

/** received = applied + duplicates + dead + parked + inFlight, on every line and in the sums. */
export const ledger = z.object({
  serverNowMs: z.number().int(),
  fromMs: z.number().int(),
  sums: z.object(counts),
  /** Everything in flight now, whenever it came in. */
  inFlight: z.object({ webhooks: z.number().int(), oldestAgeMs: z.number().int().nullable() }),
  /** Webhooks in packs that are not accounted for after 2 minutes. */
  imbalance: z.number().int(),
  lines: z.array(ledgerLine),
});
export type Ledger = z.infer<typeof ledger>;

interface LineRow {
  tenant_id: string;
  minute_ms: number;
  received: number;
  applied: number;
  duplicates: number;
  dead: number;
  parked: number;
}

interface InFlightRow {
  webhooks: number;
  oldest_ms: number | null;
  overdue: number;
}

export interface LedgerRequest {
  /** Tenants whose lines are shown; `*` for all. */
  readonly scope: readonly string[];
  /** Only this one; null: all of the scope. */
  readonly tenantId: string | null;
  readonly fromMs: number;
  readonly nowMs: number;
}

const MINUTE_MS = 60_000;

/** The ledger as it stands, newest minute first. Each line balances in itself: it is one row. */
export async function readLedger(database: Database, request: LedgerRequest): Promise<Ledger> {
  const { scope, tenantId, fromMs, nowMs } = request;
  const [rows, inFlight] = await database.asTenants(scope, (tx) =>
    Promise.all([readLines(tx, tenantId, fromMs), readInFlight(tx, tenantId ?? scope, nowMs)]),
  );
  const lines = rows.map((row) => toLine(row, nowMs));
  return {
    serverNowMs: nowMs,
    fromMs,
    sums: sumOf(lines),
    inFlight: {
      webhooks: inFlight.webhooks,
      oldestAgeMs: inFlight.oldest_ms === null ? null : Math.max(0, Math.round(nowMs - inFlight.oldest_ms)),
    },
    imbalance: inFlight.overdue,
    lines,
  };
}

function readLines(tx: Tx, tenantId: string | null, fromMs: number): Promise<LineRow[]> {
  return tx.query<LineRow>({
    name: 'ledger-lines',
    text: `SELECT tenant_id, (extract(epoch FROM minute) * 1000)::float8 AS minute_ms, received::float8,
        applied::float8, duplicates::float8, dead::float8, parked::float8
      FROM ledger_minutes
      WHERE minute >= to_timestamp($2::float8 / 1000) AND ($1::text IS NULL OR tenant_id = $1)
      ORDER BY minute DESC, tenant_id`,
    values: [tenantId, fromMs],
  });
}

/** What is in flight, from the packs that no one has settled: few, however long the ledger is. */
export async function readInFlight(tx: Tx, tenants: string | readonly string[], nowMs: number): Promise<InFlightRow> {
  const wanted = typeof tenants === 'string' ? [tenants] : tenants;
  const [row] = await tx.query<InFlightRow>({
    name: 'in-flight',
    text: `SELECT coalesce(sum(received), 0)::float8 AS webhooks, min("oldestMs") AS oldest_ms,
        coalesce(sum(received) FILTER (WHERE stored_at < to_timestamp($2::float8 / 1000)), 0)::float8 AS overdue
      FROM inbox_packs, jsonb_to_recordset(counts) AS line ("tenantId" text, received bigint, "oldestMs" float8)
      WHERE settled_at IS NULL AND counted_at IS NOT NULL AND ($1::text[] = '{*}' OR "tenantId" = ANY ($1))`,
    values: [wanted, nowMs - ACCOUNTED_WITHIN_MS],
  });
  return row ?? { webhooks: 0, oldest_ms: null, overdue: 0 };
}

function toLine(row: LineRow, nowMs: number): LedgerLine {
  const { tenant_id: tenantId, minute_ms: minuteMs, ...counted } = row;
  const inFlight = row.received - row.applied - row.duplicates - row.dead - row.parked;
  return {
    tenantId,
    minuteMs,
    ...counted,
    inFlight,
    isImbalanced: inFlight !== 0 && minuteMs + MINUTE_MS + ACCOUNTED_WITHIN_MS < nowMs,
  };
}

function sumOf(lines: readonly LedgerLine[]): Ledger['sums'] {
  const sums = { received: 0, applied: 0, duplicates: 0, dead: 0, parked: 0, inFlight: 0 };
  for (const line of lines) {
    for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] += line[name];
  }
  return sums;
}

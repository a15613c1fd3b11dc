import { type Database, epochMs, type Tx } from '@hub/database';
import { type Gap, GAP_AFTER_MS, type Signs, withSign } from './gaps.ts';

interface SignsRow {
  first_at_ms: number;
  last_at_ms: number;
}

interface GapRow {
  began_at_ms: number;
  ended_at_ms: number;
}

/**
 * Enters signs of life of one service and what they say about its gaps. Signs may come late, twice, or to two processes
 * at once: the row of the service is locked meanwhile, and the outcome is the same.
 */
export async function enterSigns(database: Database, service: string, timesMs: readonly number[]): Promise<void> {
  const [earliestMs] = timesMs.toSorted((a, b) => a - b);
  if (earliestMs === undefined) return;
  await database.asTenants([], async (tx) => {
    const known = await lockSigns(tx, service, earliestMs);
    const gaps = await gapsSince(tx, service, Math.min(earliestMs, known.firstAtMs));
    const before: Signs = { ...known, gaps };
    const after = timesMs.reduce<Signs>((signs, atMs) => withSign(signs, atMs), before);
    await storeSigns(tx, service, before, after);
  });
}

/** A service that was never seen begins with this sign. */
async function lockSigns(tx: Tx, service: string, firstMs: number): Promise<Omit<Signs, 'gaps'>> {
  const [row] = await tx.query<SignsRow>({
    name: 'lock-signs',
    text: `INSERT INTO service_signs AS known (service, first_at, last_at)
      VALUES ($1, to_timestamp($2::float8 / 1000), to_timestamp($2::float8 / 1000))
      ON CONFLICT (service) DO UPDATE SET service = known.service
      RETURNING ${epochMs('first_at')} AS first_at_ms, ${epochMs('last_at')} AS last_at_ms`,
    values: [service, firstMs],
  });
  if (row === undefined) throw new Error('an upsert gave no row');
  return { firstAtMs: row.first_at_ms, lastAtMs: row.last_at_ms };
}

/** Those that ended after `fromMs`: earlier ones cannot change. */
async function gapsSince(tx: Tx, service: string, fromMs: number): Promise<Gap[]> {
  const rows = await tx.query<GapRow>({
    name: 'gaps-since',
    text: `SELECT ${epochMs('began_at')} AS began_at_ms, ${epochMs('ended_at')} AS ended_at_ms FROM downtimes
      WHERE service = $1 AND ended_at > to_timestamp($2::float8 / 1000) ORDER BY began_at`,
    values: [service, fromMs],
  });
  return rows.map((row) => ({ beganAtMs: row.began_at_ms, endedAtMs: row.ended_at_ms }));
}

async function storeSigns(tx: Tx, service: string, before: Signs, after: Signs): Promise<void> {
  const wasThere = new Set(before.gaps.map(keyOf));
  const isThere = new Set(after.gaps.map(keyOf));
  const gone = before.gaps.filter((gap) => !isThere.has(keyOf(gap)));
  const come = after.gaps.filter((gap) => !wasThere.has(keyOf(gap)));
  await tx.query({
    name: 'store-signs',
    text: `UPDATE service_signs SET first_at = to_timestamp($2::float8 / 1000), last_at = to_timestamp($3::float8 / 1000)
      WHERE service = $1`,
    values: [service, after.firstAtMs, after.lastAtMs],
  });
  // A gap that lasted ends with the first sign after it, or was none.
  await tx.query({
    name: 'remove-gaps',
    text: `DELETE FROM downtimes WHERE service = $1 AND (
        began_at = ANY (SELECT to_timestamp(ms / 1000) FROM unnest($2::float8[]) AS gone (ms))
        OR (ended_at IS NULL AND began_at < to_timestamp($3::float8 / 1000)))
      AND began_at <> ALL (SELECT to_timestamp(ms / 1000) FROM unnest($4::float8[]) AS come (ms))`,
    values: [service, gone.map((gap) => gap.beganAtMs), after.lastAtMs, come.map((gap) => gap.beganAtMs)],
  });
  if (come.length === 0) return;
  await tx.query({
    name: 'enter-gaps',
    text: `INSERT INTO downtimes (service, began_at, ended_at)
      SELECT $1, to_timestamp(began / 1000), to_timestamp(ended / 1000)
      FROM unnest($2::float8[], $3::float8[]) AS gap (began, ended)
      ON CONFLICT (service, began_at) DO UPDATE SET ended_at = excluded.ended_at, estimated_at = NULL`,
    values: [service, come.map((gap) => gap.beganAtMs), come.map((gap) => gap.endedAtMs)],
  });
}

/** Opens a gap for each service that has been silent for too long; its next sign ends or removes it. */
export async function noticeSilence(database: Database, nowMs: number): Promise<void> {
  await database.query({
    name: 'notice-silence',
    text: `INSERT INTO downtimes (service, began_at)
      SELECT service, last_at FROM service_signs WHERE last_at < to_timestamp($1::float8 / 1000) FOR UPDATE
      ON CONFLICT (service, began_at) DO NOTHING`,
    values: [nowMs - GAP_AFTER_MS],
  });
}

function keyOf({ beganAtMs, endedAtMs }: Gap): string {
  return `${beganAtMs} ${endedAtMs}`;
}

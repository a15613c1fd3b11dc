import pg from 'pg';

/** Sealed days before the open one. */
const SEALED_DAYS = 35;
const DAY_MS = 86_400_000;
/** Two make rows while the other's index is built; more would only share the cores. */
const WORKERS = 2;

export const TENANTS = Array.from({ length: 20 }, (_, at) => `benchLocation${String(at).padStart(4, '0')}`);

/** The name of the n-th id of old. In SQL it is written the same. */
export function oldEvent(n: number): { readonly tenantId: string; readonly eventId: string } {
  return { tenantId: TENANTS[n % TENANTS.length] ?? '', eventId: `old ${n}` };
}

interface Filling {
  readonly ids: number;
  /** Epoch ms within the day that is open. */
  readonly nowMs: number;
}

interface DayOfIds {
  readonly day: string;
  readonly from: number;
  readonly to: number;
}

/** Claims of 35 days and half of the one that is open, straight into a migrated database without ids. */
export async function fillDays(ownerUrl: string, filling: Filling, progress: (line: string) => void): Promise<void> {
  const days = daysOf(filling);
  const queue = days.slice(0, SEALED_DAYS);
  let done = 0;
  const work = (): Promise<void> =>
    asOwner(ownerUrl, async (client) => {
      await client.query(`SET synchronous_commit = off; SET maintenance_work_mem = '256MB'; SET work_mem = '128MB'`);
      for (let day = queue.shift(); day !== undefined; day = queue.shift()) {
        await fillSealed(client, day);
        done += 1;
        if (done % 5 === 0) progress(`  ${done} of ${SEALED_DAYS} days`);
      }
    });
  await Promise.all(Array.from({ length: WORKERS }, work));
  await asOwner(ownerUrl, async (client) => {
    // As claims fill it: in no order, so that its index has the room between keys that it would have.
    for (const day of days.slice(SEALED_DAYS)) await client.query(idsOf('event_ids', ''), valuesOf(day));
    await client.query('ANALYZE event_ids');
    await client.query('CHECKPOINT');
  });
}

function daysOf({ ids, nowMs }: Filling): DayOfIds[] {
  const perDay = ids / (SEALED_DAYS + 0.5);
  return Array.from({ length: SEALED_DAYS + 1 }, (_, at) => ({
    day: new Date(nowMs - (SEALED_DAYS - at) * DAY_MS).toISOString().slice(0, 10),
    from: Math.round(perDay * at),
    to: Math.min(ids, Math.round(perDay * (at + 1))),
  }));
}

/** Rows first and then, with the attaching, their index: several times as fast as claims. */
async function fillSealed(client: pg.Client, day: DayOfIds): Promise<void> {
  const table = `event_ids_${day.day.replaceAll('-', '_')}`;
  await client.query(`CREATE TABLE ${table} (LIKE event_ids)`);
  await client.query(idsOf(table, 'ORDER BY key'), valuesOf(day));
  await client.query(`ALTER TABLE event_ids ATTACH PARTITION ${table} FOR VALUES IN ('${day.day}')`);
  await client.query(`VACUUM (FREEZE) ${table}`);
  await client.query(
    `INSERT INTO event_id_days (day, opened_at, sealed_at) VALUES ($1::date, $1::date, $1::date + 1)`,
    [day.day],
  );
}

function idsOf(table: string, order: string): string {
  return `INSERT INTO ${table} (day, key, tenant_id, received_at)
    SELECT $1::date, event_key(tenant, 'old ' || n) AS key, tenant, $1::date + interval '12 hours'
    FROM generate_series($2::int, $3::int - 1) AS n, LATERAL (SELECT ($4::text[])[1 + n % ${TENANTS.length}] AS tenant) AS t
    ${order}`;
}

function valuesOf({ day, from, to }: DayOfIds): unknown[] {
  return [day, from, to, TENANTS];
}

export async function asOwner<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

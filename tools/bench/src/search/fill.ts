import { Random } from '@hub/brokerage';
import pg from 'pg';
import { insertDay, RANDOM_NUMBERS } from './fill-day.ts';
import { Prose } from './prose.ts';

export interface Filling {
  readonly deliveries: number;
  readonly days: number;
  readonly tenants: number;
  readonly seed: number;
  /** Epoch ms when the last day ends. */
  readonly endMs: number;
}

/** Rows of one day: numbers `from` to `to` excluded. */
interface Day {
  readonly beginMs: number;
  readonly from: number;
  readonly to: number;
}

const DAY_MS = 86_400_000;
/** So many people, and so many phrases. */
const TEXTS = 20_000;
/** Two make rows while the other waits for an index; more would only share the cores. */
const WORKERS = 2;

/** Fills an empty, migrated database. @param ownerUrl Of the role that owns the schema. */
export async function fill(ownerUrl: string, filling: Filling, progress: (line: string) => void): Promise<void> {
  const days = daysOf(filling);
  await asOwner(ownerUrl, async (client) => {
    for (const statement of RANDOM_NUMBERS) await client.query(statement);
    // No search reads it, and it takes its share of the disk.
    await client.query('DROP INDEX events_of_lead');
    await insertWords(client, filling.seed);
    await makeRoom(client, filling);
  });
  const queue = [...days];
  let done = 0;
  const work = (): Promise<void> =>
    asOwner(ownerUrl, async (client) => {
      for (let day = queue.shift(); day !== undefined; day = queue.shift()) {
        await fillDay(client, day, filling.tenants);
        done += 1;
        progress(`  filled ${done} of ${days.length} days`);
      }
    });
  await Promise.all(Array.from({ length: WORKERS }, work));
  progress('  counting for the planner');
  await asOwner(ownerUrl, async (client) => {
    await client.query('DROP TABLE bench_phrases, bench_people');
    await client.query('VACUUM ANALYZE dead_letters, dead_letter_groups, events');
  });
}

function daysOf({ deliveries, days, endMs }: Filling): Day[] {
  const at = (day: number) => Math.round((deliveries * day) / days);
  return Array.from({ length: days }, (_, day) => ({
    beginMs: endMs - (days - day) * DAY_MS,
    from: at(day),
    to: at(day + 1),
  }));
}

async function insertWords(client: pg.Client, seed: number): Promise<void> {
  const prose = new Prose(seed);
  const random = new Random(`people ${seed}`);
  const people = Array.from({ length: TEXTS }, (_, id) => {
    const [first, last] = [prose.name(), prose.name()];
    return {
      id,
      first_name: first,
      last_name: last,
      email: `${first}.${last}${id}@example.com`,
      phone: `+1202555${String(random.int(10_000)).padStart(4, '0')}`,
    };
  });
  const phrases = Array.from({ length: TEXTS }, (_, id) => ({ id, text: prose.phrase(3 + random.int(7)) }));
  await client.query('CREATE UNLOGGED TABLE bench_phrases (id int PRIMARY KEY, text text)');
  await client.query(
    'CREATE UNLOGGED TABLE bench_people (id int PRIMARY KEY, first_name text, last_name text, email text, phone text)',
  );
  for (const [table, rows] of Object.entries({ bench_phrases: phrases, bench_people: people })) {
    await client.query(`INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, $1::json)`, [
      JSON.stringify(rows),
    ]);
    await client.query(`ANALYZE ${table}`);
  }
}

/** Days that a migration made are attached again once they are full: an index is built faster than it is grown. */
async function makeRoom(client: pg.Client, { days, tenants, endMs }: Filling): Promise<void> {
  await client.query(
    `INSERT INTO tenants (id, name) SELECT 'benchLocation' || lpad(rank::text, 4, '0'), 'Bench ' || rank
    FROM generate_series(1, $1::int) AS rank`,
    [tenants],
  );
  for (let day = 0; day < days; day += 1) {
    await client.query(`DROP TABLE IF EXISTS ${tableOf(endMs - (day + 1) * DAY_MS)}`);
    await client.query('SELECT ensure_partitions(to_timestamp($1::float8 / 1000), 0)', [endMs - (day + 1) * DAY_MS]);
  }
}

async function fillDay(client: pg.Client, { beginMs, from, to }: Day, tenants: number): Promise<void> {
  const table = tableOf(beginMs);
  await client.query(`CREATE TABLE ${table} (LIKE deliveries INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`);
  await client.query(insertDay(table), [from, to, beginMs, tenants, TEXTS]);
  await client.query(
    `ALTER TABLE deliveries ATTACH PARTITION ${table} FOR VALUES FROM ('${isoOf(beginMs)}') TO ('${isoOf(beginMs + DAY_MS)}')`,
  );
  // As autovacuum would have by the time anybody searches.
  await client.query(`VACUUM ANALYZE ${table}`);
}

function tableOf(dayMs: number): string {
  return `deliveries_${isoOf(dayMs).slice(0, 10).replaceAll('-', '_')}`;
}

function isoOf(atMs: number): string {
  return new Date(atMs).toISOString();
}

async function asOwner<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'bench-fill' });
  await client.connect();
  try {
    await client.query(`SET maintenance_work_mem = '256MB'; SET work_mem = '256MB'`);
    return await work(client);
  } finally {
    await client.end();
  }
}

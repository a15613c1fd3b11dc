import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createBreaker } from '@hub/resilience';
import { testPostgres } from '@hub/testkit';
import pg from 'pg';
import { createDataSource } from './data-source.ts';
import { createPool, Database, isOutage } from './database.ts';
import { migrate, serviceUrl } from './migrate.ts';
import { addSignInLink, addTenant } from './operate.ts';

const PASSWORD = 'service-password';

describe('the database', () => {
  let postgres: Awaited<ReturnType<typeof testPostgres>>;
  let database: Database;

  beforeAll(async () => {
    postgres = await testPostgres();
    await migrate(postgres.url, PASSWORD, Date.now());
    await addTenant(postgres.url, 'maple', 'Maple Realty');
    await addTenant(postgres.url, 'birch', 'Birch Homes');
    const pool = createPool({ url: serviceUrl(postgres.url, PASSWORD), name: 'spec' });
    database = new Database(pool, createBreaker({ name: 'postgres', timeoutMs: 10_000, isFailure: isOutage }));
  });

  afterAll(async () => {
    await database.close();
    await postgres.stop();
  });

  const insertLead = (as: readonly string[], tenantId: string, leadId: string) =>
    database.asTenants(as, (tx) =>
      tx.query({
        text: 'INSERT INTO leads (tenant_id, lead_id, first_seen_at) VALUES ($1, $2, now()) RETURNING lead_id',
        values: [tenantId, leadId],
      }),
    );
  const leadsSeenBy = (as: readonly string[]) =>
    database.asTenants(as, (tx) => tx.query<{ lead_id: string }>({ text: 'SELECT lead_id FROM leads ORDER BY 1' }));

  it('can be migrated again, and by two at once, without harm', async () => {
    const again = await Promise.all([1, 2].map(() => migrate(postgres.url, PASSWORD, Date.now())));
    expect(again).toEqual([[], []]);
  });

  it('shows a transaction only the tenants it was opened for', async () => {
    await insertLead(['maple'], 'maple', 'm1');
    await insertLead(['birch'], 'birch', 'b1');
    expect(await leadsSeenBy(['maple'])).toEqual([{ lead_id: 'm1' }]);
    expect(await leadsSeenBy(['maple', 'birch'])).toEqual([{ lead_id: 'b1' }, { lead_id: 'm1' }]);
    expect(await leadsSeenBy([])).toEqual([]);
    expect(await leadsSeenBy(["maple'; SET ROLE postgres; --"])).toEqual([]);
  });

  it('refuses an id that would name two tenants', async () => {
    await expect(leadsSeenBy(['maple,birch'])).rejects.toThrow(RangeError);
  });

  it("refuses a row of another tenant and does not leak one transaction's tenants into the next", async () => {
    await expect(insertLead(['maple'], 'birch', 'stolen')).rejects.toThrow('row-level security');
    const bare = await database.query({ text: 'SELECT lead_id FROM leads' });
    expect(bare).toEqual([]);
  });

  it('survives a connection that the server ends within a transaction, and works again with the next', async () => {
    const error: unknown = await database
      .asTenants(['maple'], async (tx) => {
        const [me] = await tx.query<{ pid: number }>({ text: 'SELECT pg_backend_pid() AS pid' });
        await asOwner(`SELECT pg_terminate_backend(${me?.pid}, 5000)`);
        return tx.query({ text: 'SELECT 1' });
      })
      .catch((cause: unknown) => cause);
    expect(isOutage(error)).toBe(true);
    expect(await leadsSeenBy(['maple'])).toEqual([{ lead_id: 'm1' }]);
  });

  it.each(['users', 'sign_in_links'])('keeps the services from reading %s', async (table) => {
    await expect(database.query({ text: `SELECT * FROM ${table}` })).rejects.toThrow('permission denied');
  });

  it.each(['DELETE FROM leads', 'UPDATE scores SET version = 1', 'ALTER TABLE leads DISABLE ROW LEVEL SECURITY'])(
    'keeps the services from: %s',
    async (text) => {
      await expect(database.query({ text })).rejects.toThrow(/permission denied|must be owner/);
    },
  );

  it('lets a sign-in link be spent once, by the hash of its token, before it expires', async () => {
    const nowMs = Date.now();
    const link = { userId: 'owner', userName: 'Owner', tenants: '*' as const, expiresAtMs: nowMs + 1_000 };
    await addSignInLink(postgres.url, { ...link, tokenHash: 'fresh' });
    await addSignInLink(postgres.url, { ...link, tokenHash: 'stale', expiresAtMs: nowMs - 1 });
    const spend = (hash: string) =>
      database.query({
        text: 'SELECT * FROM consume_sign_in_link($1, to_timestamp($2::float8 / 1000))',
        values: [hash, nowMs],
      });
    const both = await Promise.all([spend('fresh'), spend('fresh')]);
    expect(both.flat()).toEqual([{ user_id: 'owner', name: 'Owner', all_tenants: true, tenant_ids: [] }]);
    expect(await spend('stale')).toEqual([]);
    expect(await spend('unheard of')).toEqual([]);
  });

  it('has a partition for a month ahead, so that its events need not go to the default one', async () => {
    const soon = new Date();
    soon.setUTCMonth(soon.getUTCMonth() + 2, 15);
    const [row] = await asOwner<{ partition: string }>(
      `INSERT INTO events (tenant_id, event_id, received_at, source, type, at, headers, traceparent, body)
       VALUES ('maple', 'e1', '${soon.toISOString()}', 'ghl', 't', now(), '{}', '', '') RETURNING tableoid::regclass AS partition`,
    );
    expect(row?.partition).toBe(`events_${soon.toISOString().slice(0, 7).replace('-', '_')}`);
  });

  it('is what the entities say: same columns, types and nullability', async () => {
    const dataSource = await createDataSource(postgres.url).initialize();
    const declared = dataSource.entityMetadatas.flatMap((entity) =>
      entity.columns.map(
        (column) =>
          `${entity.tableName}.${column.databaseName} ${column.isArray ? 'ARRAY' : String(column.type)}${column.isNullable ? ' null' : ''}`,
      ),
    );
    await dataSource.destroy();
    const actual = await asOwner<{ line: string }>(
      `SELECT table_name || '.' || column_name || ' ' ||
         replace(data_type, 'timestamp with time zone', 'timestamptz') ||
         CASE is_nullable WHEN 'YES' THEN ' null' ELSE '' END AS line
       FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'migrations'
         AND table_name !~ '_(other|\\d{4}_\\d{2}(_\\d{2})?)$|^visible_'`,
    );
    expect(declared.toSorted()).toEqual(actual.map((row) => row.line).toSorted());
  });

  async function asOwner<Row extends pg.QueryResultRow>(text: string): Promise<Row[]> {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    try {
      return (await client.query<Row>(text)).rows;
    } finally {
      await client.end();
    }
  }
});

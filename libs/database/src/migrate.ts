import pg from 'pg';
import { createDataSource } from './data-source.ts';
import { openEventIdDay } from './event-ids/event-id-days.ts';
import { ensurePartitions } from './ensure-partitions.ts';
import { ensureServiceRole, SERVICE_ROLE } from './service-role.ts';

// Any number that only we use: two launchers that migrate one database wait for each other.
const MIGRATION_LOCK = 4_201_001;

/**
 * Brings a database to the present schema and makes the service login: safe to repeat and to run twice at once.
 * @param ownerUrl Connection string of the role that owns the schema.
 * @returns Names of the migrations that ran now.
 */
export async function migrate(ownerUrl: string, servicePassword: string, nowMs: number): Promise<string[]> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'hub-migrate' });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const ran = await runMigrations(ownerUrl);
    await ensureServiceRole(client, servicePassword);
    await ensurePartitions((text, values) => client.query(text, values), nowMs);
    await openEventIdDay(
      { query: async ({ text, values }) => (await client.query(text, [...(values ?? [])])).rows },
      nowMs,
    );
    return ran;
  } finally {
    await client.end();
  }
}

async function runMigrations(ownerUrl: string): Promise<string[]> {
  const dataSource = await createDataSource(ownerUrl).initialize();
  try {
    const ran = await dataSource.runMigrations();
    return ran.map((migration) => migration.name);
  } finally {
    await dataSource.destroy();
  }
}

/** The connection string of the service login for a database that `migrate` made ready. */
export function serviceUrl(ownerUrl: string, servicePassword: string): string {
  const url = new URL(ownerUrl);
  url.username = SERVICE_ROLE;
  url.password = servicePassword;
  return url.href;
}

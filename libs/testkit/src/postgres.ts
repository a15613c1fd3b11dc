import { randomBytes } from 'node:crypto';
import { startPostgres } from '@hub/local-servers';
import pg from 'pg';
import { inTestFolder, type TestServer } from './servers.ts';
import { ADDRESS_VARIABLE } from './shared-postgres.ts';

/** An empty database; the caller migrates it. Its url is the owner's. */
export interface TestDatabase {
  readonly url: string;
  readonly name: string;
  stop(): Promise<void>;
}

/**
 * A fresh database on the Postgres that all specs of this run share.
 * @throws Error outside of Jest's integration and end-to-end projects, whose global setup provides that Postgres.
 */
export async function testPostgres(): Promise<TestDatabase> {
  const serverUrl = await sharedServerUrl();
  const name = `hub_test_${randomBytes(6).toString('hex')}`;
  await execute(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, name, stop: () => dropTestDatabase(serverUrl, name) };
}

/** A Postgres of the spec's own, for specs that kill or stop it. */
export function testPostgresServer(): Promise<TestServer> {
  return inTestFolder((options) => startPostgres({ ...options, durable: false }));
}

/** @throws Error when the name does not say that the database is a test's. */
export async function dropTestDatabase(serverUrl: string, name: string): Promise<void> {
  if (!/^\w*test\w*$/.test(name)) throw new Error(`refusing to drop ${name}: not a test database`);
  await execute(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

async function sharedServerUrl(): Promise<string> {
  const address = process.env[ADDRESS_VARIABLE];
  if (address === undefined) throw new Error('run this spec through the jest.config.js of the repository root');
  const response = await fetch(address);
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

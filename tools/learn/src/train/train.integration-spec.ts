import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, serviceUrl } from '@hub/database/migrate';
import { createPool, Database } from '@hub/database/searching';
import { MODEL_FILES, readModelFolder } from '@hub/intelligence';
import { createBreaker } from '@hub/resilience';
import { testPostgres, type TestDatabase } from '@hub/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { NoLog, runCommand } from './command.ts';
import type { LeadHistory } from './lead-history.ts';
import { UsageError } from './options.ts';
import { postgresLog } from './postgres-log.ts';
import { NotEnough } from './run-training.ts';
import { simulatedLog } from './simulated-log.ts';
import { DAY_MS, START_MS, told } from './told.for-spec.ts';

const PASSWORD = 'of-the-service';
const END_MS = START_MS + 135 * DAY_MS;

let postgres: TestDatabase;
let owner: pg.Client;
let url: string;
let database: Database;
let folder: string;
let histories: readonly LeadHistory[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'models-test-'));
  postgres = await testPostgres();
  await migrate(postgres.url, PASSWORD, END_MS);
  url = serviceUrl(postgres.url, PASSWORD);
  owner = new pg.Client({ connectionString: postgres.url });
  await owner.connect();
  database = new Database(createPool({ url, name: 'spec' }), createBreaker({ name: 'postgres', timeoutMs: 30_000 }));
  const world = { seed: 6, tenants: 3, startMs: START_MS, endMs: END_MS, leadsPerDay: 5 };
  histories = await all(simulatedLog(world).histories(() => {}));
  await store(histories);
});
afterAll(async () => {
  await database.close();
  await owner.end();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

async function all(read: AsyncIterable<LeadHistory>): Promise<LeadHistory[]> {
  const found: LeadHistory[] = [];
  for await (const history of read) found.push(history);
  return found;
}

async function store(leads: readonly LeadHistory[]): Promise<void> {
  const tenants = [...new Set(leads.map(({ tenantId }) => tenantId))];
  await owner.query(
    'INSERT INTO tenants (id, name) SELECT id, id FROM unnest($1::text[]) AS id ON CONFLICT DO NOTHING',
    [tenants],
  );
  await owner.query(
    `INSERT INTO leads (tenant_id, lead_id, first_seen_at)
     SELECT tenant_id, lead_id, now() FROM json_to_recordset($1::json) AS lead (tenant_id text, lead_id text)`,
    [JSON.stringify(leads.map(({ tenantId, leadId }) => ({ tenant_id: tenantId, lead_id: leadId })))],
  );
  const rows = leads.flatMap(({ tenantId, leadId, events }) =>
    events.map(({ event, knownAtMs }) => ({
      tenant_id: tenantId,
      lead_id: leadId,
      event_id: event.id,
      at_ms: event.atMs,
      received_at_ms: knownAtMs,
      lead_events: [event],
    })),
  );
  await owner.query(
    `INSERT INTO events (tenant_id, event_id, received_at, source, type, at, lead_id, lead_events, headers, traceparent, body)
     SELECT tenant_id, event_id, to_timestamp(received_at_ms / 1000), 'spec', 'spec', to_timestamp(at_ms / 1000), lead_id,
       lead_events, '{}', '', '' FROM json_to_recordset($1::json) AS event (tenant_id text, lead_id text, event_id text,
       at_ms float8, received_at_ms float8, lead_events jsonb)`,
    [JSON.stringify(rows)],
  );
}

function train(
  args: readonly string[],
  env: NodeJS.ProcessEnv = { DATABASE_URL: url },
): Promise<{ out: string; said: string }> {
  let [out, said] = ['', ''];
  return runCommand({
    args: ['--threads', '0', '--out', join(folder, 'models'), ...args],
    env,
    root: folder,
    nowMs: () => END_MS,
    out: { write: (text: string | Uint8Array) => Boolean((out += String(text))) },
    errors: { write: (text: string | Uint8Array) => Boolean((said += String(text))) },
    signal: new AbortController().signal,
    training: { bags: 2, maxRounds: 30, pairs: 0 },
  }).then(() => ({ out, said }));
}

const byLead = (leads: readonly LeadHistory[]) =>
  new Map(
    leads.map(({ tenantId, leadId, events }) => [
      `${tenantId}/${leadId}`,
      events.toSorted((a, b) => (a.event.id < b.event.id ? -1 : 1)),
    ]),
  );

describe('the event log of Postgres', () => {
  it('gives every lead with all its events, page by page, and tells how far it is', async () => {
    const shares: number[] = [];
    const read = await all(postgresLog(database, END_MS).histories((share) => shares.push(share)));
    expect(histories.length).toBeGreaterThan(400); // more than one page for a tenant
    expect(byLead(read)).toEqual(byLead(histories));
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  });

  it('ends where it is told to', async () => {
    const untilMs = START_MS + 50 * DAY_MS;
    const read = await all(postgresLog(database, untilMs).histories(() => {}));
    const times = read.flatMap(({ events }) => events.map(({ event }) => event.atMs));
    expect(Math.max(...times)).toBeLessThanOrEqual(untilMs);
    expect(times.length).toBe(
      histories.flatMap(({ events }) => events).filter(({ event }) => event.atMs <= untilMs).length,
    );
  });

  it('never mixes tenants, not even where they name a lead alike', async () => {
    const twins = ['twinA', 'twinB'].map((tenantId) => ({
      tenantId,
      leadId: 'alike',
      events: [told('lead.created', 0), told('message', tenantId === 'twinA' ? 1 : 2)],
    }));
    await store(twins);
    const read = await all(postgresLog(database, END_MS).histories(() => {}));
    expect(byLead(read.filter(({ leadId }) => leadId === 'alike'))).toEqual(byLead(twins));
  });
});

describe('npm run train', () => {
  it('learns from Postgres, writes folders with cards, and makes the models candidates', async () => {
    const { out, said } = await train(['--force', '--register']);
    const folders = out.trim().split('\n');
    expect(folders.map((path) => path.split('/').at(-2))).toEqual(['conversion', 'goingCold']);
    expect(said).toMatch(/read \d+ leads of 5 tenants with \d+ events from the event log of this hub/);
    expect(said).toMatch(/conversion: AUC 0\.\d{3}, logistic regression 0\.\d{3}/);
    expect(said).toContain('warning: too little to rely on');
    const hashes: string[] = [];
    for (const path of folders) {
      const { manifest } = await readModelFolder(path);
      expect(manifest.data.source).toBe('the event log of this hub');
      expect(await readFile(join(path, MODEL_FILES.card), 'utf8')).toContain('## Warnings');
      hashes.push(manifest.hash);
    }
    const { rows } = await owner.query<{ hash: string; state: string }>(
      'SELECT hash, state FROM models WHERE hash = ANY ($1)',
      [hashes],
    );
    expect(rows.toSorted((a, b) => (a.hash < b.hash ? -1 : 1))).toEqual(
      hashes.toSorted().map((hash) => ({ hash, state: 'candidate' })),
    );
  });

  it('says what is missing where there are too few leads', async () => {
    const tooEarly = ['--until', '2026-01-20'];
    await expect(train(tooEarly)).rejects.toThrow(NotEnough);
    await expect(train(tooEarly)).rejects.toThrow(
      /conversion cannot be learned yet: \d+ leads whose outcome is known, 1000/,
    );
  });

  it('says so where the log is empty then', async () => {
    await expect(train(['--until', '2020-01-01'])).rejects.toThrow('0 leads that converted, 120 are needed');
  });

  it('tells how it is used', async () => {
    expect((await train(['--help'])).out).toContain('--until DATE');
  });

  it('refuses an end of the log that is no date, or has not come', async () => {
    await expect(train(['--until', '2026-02-30'])).rejects.toThrow(UsageError);
    await expect(train(['--until', '2030-01-01'])).rejects.toThrow('lies in the future');
  });

  it('says where to look when no hub runs, and when Postgres does not answer', async () => {
    await expect(train([], {})).rejects.toThrow('no hub runs from this folder');
    const dead = new URL(url);
    dead.port = '1';
    await expect(train([], { DATABASE_URL: dead.href })).rejects.toThrow(NoLog);
    await expect(train([], { DATABASE_URL: dead.href })).rejects.toThrow('Postgres cannot be reached');
    await expect(train([], { DATABASE_URL: dead.href })).rejects.not.toThrow(PASSWORD);
  });
});

import type { LeadEvent } from '@hub/contracts';
import { migrate, serviceUrl } from '@hub/database/migrate';
import { createPool, Database, isOutage } from '@hub/database/searching';
import { createBreaker } from '@hub/resilience';
import { testPostgres, type TestDatabase } from '@hub/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { LeadHistory } from './lead-history.ts';
import { postgresLog } from './postgres-log.ts';

const NOW_MS = Date.UTC(2026, 0, 15);
const HOUR_MS = 3_600_000;
const PASSWORD = 'service-password';

let postgres: TestDatabase;
let owner: pg.Client;
let database: Database;

beforeAll(async () => {
  postgres = await testPostgres();
  await migrate(postgres.url, PASSWORD, NOW_MS);
  owner = new pg.Client({ connectionString: postgres.url });
  await owner.connect();
  database = new Database(
    createPool({ url: serviceUrl(postgres.url, PASSWORD), name: 'spec', max: 1 }),
    createBreaker({ name: 'postgres', timeoutMs: 60_000, isFailure: isOutage }),
  );
  await owner.query(
    `INSERT INTO tenants (id, name) VALUES ('maple', 'Maple'), ('juniper', 'Juniper'), ('empty', 'Empty')`,
  );
  await addLead('maple', 'ann', 'Ann de la Zhou');
  await addLead('maple', 'nameless', null);
  await addLead('juniper', 'bo', 'Bo');
  await addMessage('maple', 'ann', 0, 1_000);
  await addMessage('maple', 'ann', HOUR_MS, 48 * HOUR_MS);
  await addMessage('juniper', 'bo', 0, 0);
  await addMessage('juniper', 'bo', 2 * HOUR_MS, 0);
}, 120_000);

afterAll(async () => {
  await database.close();
  await owner.end();
  await postgres.stop();
});

async function addLead(tenantId: string, leadId: string, name: string | null): Promise<void> {
  const facts = name === null ? {} : { name: { value: name, atMs: NOW_MS, by: 'e' } };
  await owner.query(
    'INSERT INTO leads (tenant_id, lead_id, first_seen_at, event_count, facts) VALUES ($1, $2, now(), 1, $3)',
    [tenantId, leadId, JSON.stringify(facts)],
  );
}

async function addMessage(tenantId: string, leadId: string, afterMs: number, lateMs: number): Promise<void> {
  const atMs = NOW_MS + afterMs;
  const event: LeadEvent = {
    id: `${leadId}-${afterMs}#0`,
    leadId,
    atMs,
    type: 'message',
    actor: 'lead',
    direction: 'in',
    channel: 'sms',
    stage: null,
    value: null,
    subjectId: null,
  };
  await owner.query(
    `INSERT INTO events (tenant_id, event_id, received_at, source, type, at, lead_id, lead_events, headers, traceparent, body)
     VALUES ($1, $2, to_timestamp($3::float8 / 1000), 'ghl', 'InboundMessage', to_timestamp($4::float8 / 1000), $5, $6, '{}', '', '')`,
    [tenantId, `${leadId}-${afterMs}`, atMs + lateMs, atMs, leadId, JSON.stringify([event])],
  );
}

describe('the event log of a hub', () => {
  it('gives each lead of each tenant, what happened up to the end and since when it was known, and no name', async () => {
    const shares: number[] = [];
    const read: LeadHistory[] = [];
    const log = postgresLog(database, NOW_MS + HOUR_MS);
    for await (const history of log.histories((share) => shares.push(share))) read.push(history);

    const inOrder = read.toSorted((a, b) => (`${a.tenantId} ${a.leadId}` < `${b.tenantId} ${b.leadId}` ? -1 : 1));
    const lines = inOrder.map(({ tenantId, leadId, initials, events }) => [
      `${tenantId} ${leadId}`,
      initials,
      events
        .map(({ event, knownAtMs }) => [event.atMs - NOW_MS, knownAtMs - event.atMs])
        .toSorted(([a = 0], [b = 0]) => a - b),
    ]);
    expect(lines).toEqual([
      ['juniper bo', { given: 'B', family: 'B' }, [[0, 0]]],
      // The second was told two days late, as by an import: it counts from when it happened.
      [
        'maple ann',
        { given: 'A', family: 'Z' },
        [
          [0, 1_000],
          [HOUR_MS, 0],
        ],
      ],
      ['maple nameless', undefined, []],
    ]);
    expect(JSON.stringify(read)).not.toMatch(/Zhou/);
    expect(shares.at(-1)).toBe(1);
  });
});

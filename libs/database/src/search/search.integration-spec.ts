import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createBreaker } from '@hub/resilience';
import { testPostgres } from '@hub/testkit';
import pg from 'pg';
import { createPool, Database, isOutage } from '../database.ts';
import { migrate, serviceUrl } from '../migrate.ts';
import { parseBodyPath } from './body-path.ts';
import { type DeliveryFilter, type DeliveryPosition, findDeliveries } from './deliveries.ts';
import { findLetters, type LetterFilter, type LetterPosition } from './letters.ts';
import { tenantWord, wordsOf } from './words.ts';

const PASSWORD = 'service-password';
const HOUR_MS = 3_600_000;
const NOW = Date.now();
const COUNT = 240;

let postgres: Awaited<ReturnType<typeof testPostgres>>;
let database: Database;

/** Every third is of birch; every tenth is dead, and its bytes are in a letter. One every two hours, so over 20 days. */
const rows = Array.from({ length: COUNT }, (_, at) => {
  const tenant = at % 3 === 0 ? 'birch' : 'maple';
  const body = {
    text: at % 2 === 0 ? 'granite counter' : 'marble counter',
    floor: at % 5,
    note: `n${at}`,
    locationId: tenant,
  };
  return {
    tenant,
    event: `e${at}`,
    received: new Date(NOW - at * 2 * HOUR_MS).toISOString(),
    type: at % 4 === 0 ? 'NoteCreate' : 'ContactUpdate',
    outcome: at % 10 === 0 ? 'dead' : 'applied',
    body: JSON.stringify(body),
    words: [tenantWord(tenant), ...wordsOf(Object.values(body).join(' '))],
    at,
  };
});

beforeAll(async () => {
  postgres = await testPostgres();
  await migrate(postgres.url, PASSWORD, NOW);
  const owner = new pg.Client({ connectionString: postgres.url });
  await owner.connect();
  const insert = (text: string) =>
    owner.query(
      `WITH row AS (SELECT * FROM json_to_recordset($1::json) AS row (tenant text, event text, received timestamptz, type text,
        outcome text, body text, words text[], at int)) ${text}`,
      [JSON.stringify(rows)],
    );
  await insert(`INSERT INTO deliveries (received_at, pack_sequence, pack_position, tenant_id, event_id, stored_at, settled_at, source,
      source_id, type, lead_id, outcome, attempts, words)
    SELECT received, at, 0, tenant, event, received, received, 'ghl', 'ghl', type, 'ann', outcome, 1, array_to_tsvector(words) FROM row`);
  await insert(`INSERT INTO events (tenant_id, event_id, received_at, source, type, at, headers, traceparent, body)
    SELECT tenant, event, received, 'ghl', type, received, '{}', '', convert_to(body, 'UTF8') FROM row WHERE outcome = 'applied'`);
  await insert(`INSERT INTO dead_letters (tenant_id, event_id, state, reason, cause, source, type, received_at, headers, traceparent, body,
      words)
    SELECT tenant, event, 'dead', 'notStorable', 'store:22P05', 'ghl', type, received, '{}', '', convert_to(body, 'UTF8'),
      array_to_tsvector(words) FROM row WHERE outcome = 'dead'`);
  await owner.end();
  const pool = createPool({ url: serviceUrl(postgres.url, PASSWORD), name: 'spec' });
  database = new Database(pool, createBreaker({ name: 'postgres', timeoutMs: 10_000, isFailure: isOutage }));
});

afterAll(async () => {
  await database.close();
  await postgres.stop();
});

/** All pages; on a slow machine more of them come short. */
async function found(filter: DeliveryFilter, see: readonly string[] = ['*']): Promise<string[]> {
  const events: string[] = [];
  let after: DeliveryPosition | undefined;
  for (;;) {
    const page = await database.asTenants(see, (tx) => findDeliveries(tx, filter, { limit: 7, after }));
    events.push(...page.rows.map(({ eventId }) => eventId));
    if (page.next === null) return events;
    after = page.next;
  }
}

async function lettersFound(filter: LetterFilter): Promise<string[]> {
  const events: string[] = [];
  let after: LetterPosition | undefined;
  for (;;) {
    const page = await database.asTenants(['*'], (tx) => findLetters(tx, filter, { limit: 7, after }));
    events.push(...page.rows.map(({ eventId }) => eventId));
    if (page.next === null) return events;
    after = page.next;
  }
}

const wanted = (isWanted: (row: (typeof rows)[number]) => boolean) => rows.filter(isWanted).map(({ event }) => event);
const path = (text: string) => parseBodyPath(text) ?? undefined;

describe('deliveries', () => {
  it.each<[string, DeliveryFilter, (row: (typeof rows)[number]) => boolean]>([
    ['a tenant', { tenantIds: ['maple'] }, ({ tenant }) => tenant === 'maple'],
    ['tenants', { tenantIds: ['maple', 'birch'] }, () => true],
    ['a type', { type: 'NoteCreate' }, ({ type }) => type === 'NoteCreate'],
    ['a time', { fromMs: NOW - 9 * HOUR_MS, toMs: NOW - 3 * HOUR_MS }, ({ at }) => at >= 2 && at <= 4],
    ['an outcome', { outcome: 'dead' }, ({ outcome }) => outcome === 'dead'],
    ['a word', { text: 'GRANITE' }, ({ at }) => at % 2 === 0],
    ['words of a tenant', { tenantIds: ['birch'], text: 'counter granite' }, ({ at }) => at % 6 === 0],
    ['words nobody said together', { text: 'granite marble' }, () => false],
    ['no word at all', { text: '!' }, () => false],
    ['a text at a place', { bodyPath: path('$.note=n17') }, ({ at }) => at === 17],
    ['a number at a place, in events and letters', { bodyPath: path('$.floor=0') }, ({ at }) => at % 5 === 0],
    ['a value at another place', { bodyPath: path('$.text=n17') }, () => false],
  ])('are found by %s', async (_, filter, isWanted) => {
    expect(await found(filter)).toEqual(wanted(isWanted));
  });

  it('of others are not seen, whatever is asked for', async () => {
    expect(await found({ text: 'granite' }, ['maple'])).toEqual(
      wanted(({ at, tenant }) => at % 2 === 0 && tenant === 'maple'),
    );
    expect(await found({ tenantIds: ['birch'] }, ['maple'])).toEqual([]);
  });
});

describe('letters', () => {
  it.each<[string, LetterFilter, (row: (typeof rows)[number]) => boolean]>([
    ['a reason and a tenant', { tenantIds: ['birch'], reason: 'notStorable' }, ({ at }) => at % 30 === 0],
    ['a state', { states: ['parked'] }, () => false],
    ['a word', { text: 'n30' }, ({ at }) => at === 30],
    ['a number at a place', { bodyPath: path('$.floor=0') }, ({ at }) => at % 10 === 0],
  ])('are found by %s', async (_, filter, isWanted) => {
    expect(await lettersFound(filter)).toEqual(wanted(isWanted));
  });
});

import { testPostgres } from '@hub/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { DELIVERIES_KEPT_DAYS, ensurePartitions } from './ensure-partitions.ts';
import { migrate } from './migrate.ts';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-09-01T12:00:00Z');
const at = (daysAgo: number) => new Date(NOW - daysAgo * DAY_MS);

let postgres: Awaited<ReturnType<typeof testPostgres>>;
let owner: pg.Client;

beforeAll(async () => {
  postgres = await testPostgres();
  await migrate(postgres.url, 'service-password', NOW);
  owner = new pg.Client({ connectionString: postgres.url });
  await owner.connect();
});

afterAll(async () => {
  await owner.end();
  await postgres.stop();
});

const ensureAt = (date: Date) => ensurePartitions((text, values) => owner.query(text, values), date.getTime());

/** @returns The partition it went to. */
async function deliver(eventId: string, receivedAt: Date): Promise<string> {
  const { rows } = await owner.query(
    `INSERT INTO deliveries (received_at, pack_sequence, pack_position, tenant_id, event_id, stored_at, settled_at, source,
       source_id, outcome, attempts, words)
     VALUES ($1, 1, 0, 'maple', $2, $1, $1, 'ghl', 'ghl', 'applied', 1, '') RETURNING tableoid::regclass::text AS day`,
    [receivedAt, eventId],
  );
  return rows[0].day;
}

async function keepLetter(eventId: string, state: string, settledAt: Date | null): Promise<void> {
  await owner.query(
    `INSERT INTO dead_letters (tenant_id, event_id, state, reason, source, received_at, headers, traceparent, body, settled_at)
     VALUES ('maple', $1, $2, 'notJson', 'ghl', $3, '{}', '', '', $4)`,
    [eventId, state, at(DELIVERIES_KEPT_DAYS + 2), settledAt],
  );
}

const idsIn = async (table: string) =>
  (await owner.query(`SELECT event_id FROM ${table} ORDER BY 1`)).rows.map(({ event_id }) => event_id);

it('keeps deliveries for their time by dropping whole days, and letters for as long as they wait for someone', async () => {
  const tooOld = at(DELIVERIES_KEPT_DAYS + 1);
  await ensureAt(tooOld);
  const day = await deliver('too old', tooOld);
  expect(day).toBe(`deliveries_${tooOld.toISOString().slice(0, 10).replaceAll('-', '_')}`);
  expect(await deliver('older than any day', at(DELIVERIES_KEPT_DAYS + 20))).toBe('deliveries_other');
  await deliver('in time', at(DELIVERIES_KEPT_DAYS - 1));
  await deliver('today', at(0));
  await keepLetter('dropped long ago', 'dropped', tooOld);
  await keepLetter('dropped now', 'dropped', at(0));
  await keepLetter('waits', 'dead', null);
  await ensureAt(at(0));
  expect(await idsIn('deliveries')).toEqual(['in time', 'today']);
  expect((await owner.query('SELECT to_regclass($1) AS day', [day])).rows).toEqual([{ day: null }]);
  expect(await idsIn('dead_letters')).toEqual(['dropped now', 'waits']);
  const { rows } = await owner.query('SELECT state, letters::int FROM dead_letter_groups WHERE letters > 0 ORDER BY 1');
  expect(rows).toEqual([
    { state: 'dead', letters: 1 },
    { state: 'dropped', letters: 1 },
  ]);
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createPool, Database, EventIds, isOutage } from '@hub/database';
import { migrate, serviceUrl } from '@hub/database/migrate';
import { createBreaker } from '@hub/resilience';
import { createLogger, Registry } from '@hub/telemetry';
import { testPostgres } from '@hub/testkit';
import { EventIdUpkeep } from './event-id-upkeep.ts';

const PASSWORD = 'service-password';
const DAY_MS = 86_400_000;
const NOON_MS = Date.parse('2026-03-02T12:00:00Z');

let postgres: Awaited<ReturnType<typeof testPostgres>>;
let database: Database;

beforeAll(async () => {
  postgres = await testPostgres();
  await migrate(postgres.url, PASSWORD, NOON_MS);
  const pool = createPool({ url: serviceUrl(postgres.url, PASSWORD), name: 'spec', max: 3 });
  database = new Database(pool, createBreaker({ name: 'postgres', timeoutMs: 20_000, isFailure: isOutage }));
});

afterAll(async () => {
  await database.close();
  await postgres.stop();
});

it('opens days, remembers those before, and drops each 35 days after it was sealed', async () => {
  const [eventIds, registry] = [new EventIds(), new Registry()];
  const upkeep = new EventIdUpkeep(database, eventIds, createLogger('spec', 'silent'), registry);
  const claims = [{ tenantId: 'maple', eventId: 'w-1', receivedAtMs: NOON_MS }];
  const applies = async () => (await database.asTenants(['maple'], (tx) => eventIds.claim(tx, claims))).length;
  const remembered = () => registry.getSingleMetricAsString('scoring_event_ids_remembered');
  const dropped = () => registry.getSingleMetricAsString('scoring_event_id_days_dropped_total');

  expect(await applies()).toBe(1);
  for (let day = 1; day <= 34; day += 1) await upkeep.run(NOON_MS + day * DAY_MS);
  expect(await remembered()).toMatch(/ 1$/m);
  expect(await applies()).toBe(0);

  // The first day was sealed a day after it was opened.
  await upkeep.run(NOON_MS + DAY_MS + 34.9 * DAY_MS);
  expect(await applies()).toBe(0);
  await upkeep.run(NOON_MS + DAY_MS + 35.1 * DAY_MS);
  expect(await dropped()).toMatch(/ 1$/m);
  expect(await applies()).toBe(1);
});

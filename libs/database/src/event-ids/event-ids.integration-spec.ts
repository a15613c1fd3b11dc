import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createBreaker } from '@hub/resilience';
import { testPostgres } from '@hub/testkit';
import fc from 'fast-check';
import pg from 'pg';
import { createPool, Database, isOutage } from '../database.ts';
import { migrate, serviceUrl } from '../migrate.ts';
import { dropEventIdDays, openEventIdDay } from './event-id-days.ts';
import { EventIds } from './event-ids.ts';
import { eventKey } from './event-key.ts';

const PASSWORD = 'service-password';
const DAY_MS = 86_400_000;
const MONDAY_MS = Date.parse('2026-06-01T09:00:00.123Z');

let postgres: Awaited<ReturnType<typeof testPostgres>>;
let database: Database;
let owner: pg.Client;

beforeAll(async () => {
  postgres = await testPostgres();
  await migrate(postgres.url, PASSWORD, MONDAY_MS);
  const pool = createPool({ url: serviceUrl(postgres.url, PASSWORD), name: 'spec', max: 12 });
  database = new Database(pool, createBreaker({ name: 'postgres', timeoutMs: 20_000, isFailure: isOutage }));
  owner = new pg.Client({ connectionString: postgres.url });
  await owner.connect();
});

afterAll(async () => {
  await database.close();
  await owner.end();
  await postgres.stop();
});

/** No ids, and the first of June open. */
async function startAnew(): Promise<void> {
  const { rows } = await owner.query<{ day: string }>('DELETE FROM event_id_days RETURNING day::text');
  for (const { day } of rows) await owner.query(`DROP TABLE IF EXISTS event_ids_${day.replaceAll('-', '_')}`);
  await openEventIdDay(database, MONDAY_MS);
}

const claimsOf = (ids: readonly string[], tenantId = 'maple') =>
  ids.map((eventId) => ({ tenantId, eventId, receivedAtMs: MONDAY_MS }));

async function claim(eventIds: EventIds, ids: readonly string[], tenantId = 'maple'): Promise<string[]> {
  const fresh = await database.asTenants([tenantId], (tx) => eventIds.claim(tx, claimsOf(ids, tenantId)));
  return fresh.map(({ eventId }) => eventId).toSorted();
}

class RolledBack extends Error {}

describe('event ids', () => {
  beforeEach(startAnew);

  it('are claimed once: in one batch, in later ones, by other processes, by each tenant for itself', async () => {
    const [one, other] = [new EventIds(), new EventIds()];
    expect(await claim(one, ['a', 'b', 'a'])).toEqual(['a', 'b']);
    expect(await claim(one, ['b', 'c'])).toEqual(['c']);
    expect(await claim(other, ['a', 'b', 'c', 'd'])).toEqual(['d']);
    expect(await claim(other, ['a'], 'birch')).toEqual(['a']);
    expect(await claim(one, [])).toEqual([]);
  });

  it('keep, of equal claims, the last', async () => {
    const claims = [
      { tenantId: 'maple', eventId: 'a', receivedAtMs: 1, copy: 1 },
      { tenantId: 'maple', eventId: 'a', receivedAtMs: 2, copy: 2 },
    ];
    expect(await database.asTenants(['maple'], (tx) => new EventIds().claim(tx, claims))).toEqual([claims[1]]);
  });

  it('are free again when the transaction that claimed them did not commit', async () => {
    const eventIds = new EventIds();
    const failing = database.asTenants(['maple'], async (tx) => {
      await eventIds.claim(tx, claimsOf(['a']));
      throw new RolledBack();
    });
    await expect(failing).rejects.toThrow(RolledBack);
    expect(await claim(eventIds, ['a'])).toEqual(['a']);
  });

  it('go to one of fifty that claim them at once, also while the day turns', async () => {
    const storm = Array.from({ length: 50 }, () => claim(new EventIds(), ['a', 'b', 'c']));
    const turning = openEventIdDay(database, MONDAY_MS + DAY_MS);
    const won = (await Promise.all(storm)).flat();
    await turning;
    expect(won.toSorted()).toEqual(['a', 'b', 'c']);
  });

  it.each(['by look-up', 'from memory'])(
    'are known on later days, %s, to who heard of the new day and who did not',
    async (how) => {
      const [old, young] = [new EventIds(), new EventIds()];
      await claim(old, ['a', 'b']);
      for (let day = 1; day <= 3; day += 1) expect(await openEventIdDay(database, MONDAY_MS + day * DAY_MS)).toBe(true);
      if (how === 'from memory') await Promise.all([old, young].map((each) => each.refresh(database)));
      expect(young.remembered).toBe(how === 'from memory' ? 2 : 0);
      expect(await claim(old, ['a', 'c'])).toEqual(['c']);
      expect(await claim(young, ['a', 'b', 'c', 'd'])).toEqual(['d']);
      expect(await daysOf(['a', 'c', 'd'])).toEqual(['2026-06-01', '2026-06-04', '2026-06-04']);
    },
  );

  it('are not given away twice when a claim is under way as the day turns', async () => {
    const slow = new EventIds();
    await database.asTenants(['maple'], async (tx) => {
      await slow.claim(tx, claimsOf(['a']));
      // Gives up soon, so that claims are not held up for long.
      expect(await openEventIdDay(database, MONDAY_MS + DAY_MS)).toBe(false);
      expect(await claim(new EventIds(), ['b'])).toEqual(['b']);
    });
    expect(await openEventIdDay(database, MONDAY_MS + DAY_MS)).toBe(true);
    expect(await claim(new EventIds(), ['a', 'b'])).toEqual([]);
  });

  it('stay on a day that is ahead when clocks go back', async () => {
    expect(await openEventIdDay(database, MONDAY_MS - DAY_MS)).toBe(false);
    expect(await openEventIdDay(database, MONDAY_MS)).toBe(false);
    expect(await claim(new EventIds(), ['a'])).toEqual(['a']);
    expect(await daysOf(['a'])).toEqual(['2026-06-01']);
  });

  it('are kept for 35 days after their day was sealed, and gone then', async () => {
    const eventIds = new EventIds();
    await claim(eventIds, ['a']);
    await openEventIdDay(database, MONDAY_MS + DAY_MS);
    await claim(eventIds, ['b']);
    await openEventIdDay(database, MONDAY_MS + 35 * DAY_MS);
    await eventIds.refresh(database);
    const sealedMs = MONDAY_MS + DAY_MS;

    expect(await dropEventIdDays(database, sealedMs + 34.9 * DAY_MS)).toBe(0);
    expect(await claim(eventIds, ['a', 'b'])).toEqual([]);

    expect(await dropEventIdDays(database, sealedMs + 35.1 * DAY_MS)).toBe(1);
    expect(await dropEventIdDays(database, sealedMs + 35.1 * DAY_MS)).toBe(0);
    expect(await claim(eventIds, ['a', 'b'])).toEqual(['a']);

    // Keys are remembered by the week, and forgotten with the last of its days.
    expect(eventIds.remembered).toBe(2);
    expect(await dropEventIdDays(database, MONDAY_MS + 71 * DAY_MS)).toBe(1);
    await eventIds.refresh(database);
    expect(eventIds.remembered).toBe(0);
  });

  it('are dropped by one process, without holding up claims', async () => {
    const eventIds = new EventIds();
    await openEventIdDay(database, MONDAY_MS + DAY_MS);
    await database.asTenants(['maple'], async (tx) => {
      await eventIds.claim(tx, claimsOf(['a']));
      expect(await dropEventIdDays(database, MONDAY_MS + 90 * DAY_MS)).toBe(0);
      expect(await claim(eventIds, ['b'])).toEqual(['b']);
    });
    const gone = await Promise.all([1, 2, 3].map(() => dropEventIdDays(database, MONDAY_MS + 90 * DAY_MS)));
    expect(gone.reduce((sum, days) => sum + days, 0)).toBe(1);
  });

  it('tell when the copy that had the effect was received, whatever day that was', async () => {
    const eventIds = new EventIds();
    await claim(eventIds, ['a']);
    await openEventIdDay(database, MONDAY_MS + DAY_MS);
    await claim(eventIds, ['b']);
    const names = ['a', 'b', 'never'].map((eventId) => ({ tenantId: 'maple', eventId }));
    const look = () => database.asTenants(['maple'], (tx) => eventIds.receivedAtMs(tx, names));
    const expected = new Map(names.slice(0, 2).map((name) => [eventKey(name), MONDAY_MS]));
    expect(await look()).toEqual(expected);
    await eventIds.refresh(database);
    expect(await look()).toEqual(expected);
  });

  it('have an effect once, whatever processes, days, restarts and failures there are', async () => {
    const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 4 });
    const process = fc.integer({ min: 0, max: 2 });
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('claim', 'fail'), process, ids }) },
      fc.record({ kind: fc.constantFrom('refresh', 'restart'), process }),
      fc.record({ kind: fc.constant('turn'), days: fc.integer({ min: 0, max: 3 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 20 }), async (steps) => {
        await startAnew();
        const processes = [new EventIds(), new EventIds(), new EventIds()];
        const effects = new Set<string>();
        let nowMs = MONDAY_MS;
        for (const each of steps) {
          if ('days' in each) {
            nowMs += each.days * DAY_MS;
            await openEventIdDay(database, nowMs);
            continue;
          }
          const eventIds = processes[each.process] ?? new EventIds();
          if (each.kind === 'restart') processes[each.process] = new EventIds();
          else if (!('ids' in each)) await eventIds.refresh(database);
          else if (each.kind === 'fail') await claimAndFail(eventIds, each.ids);
          else {
            const expected = each.ids.filter((id) => !effects.has(id)).toSorted();
            expect(await claim(eventIds, each.ids)).toEqual(expected);
            for (const id of expected) effects.add(id);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('ids of the time before days', () => {
  it('are carried over, each to its day, and back', async () => {
    const before = await testPostgres();
    const client = new pg.Client({ connectionString: before.url });
    await client.connect();
    try {
      await migrate(before.url, PASSWORD, Date.now());
      const { EventIdDays1790000000007: Migration } = await import('../migrations/7-event-id-days.ts');
      const migration = new Migration();
      const runner = { query: (text: string) => client.query(text) } as unknown as Parameters<typeof migration.up>[0];
      await migration.down(runner);
      const ago = (days: number) => new Date(Date.now() - days * DAY_MS);
      const rows = [
        ['maple', 'today', ago(0)],
        ['maple', 'recent', ago(30)],
        ['birch', 'Grüße', ago(30)],
        ['maple', 'old', ago(36)],
      ];
      for (const row of rows) await client.query('INSERT INTO event_ids VALUES ($1, $2, $3)', row);
      await migration.up(runner);
      await migrate(before.url, PASSWORD, Date.now());

      const pool = createPool({ url: serviceUrl(before.url, PASSWORD), name: 'spec' });
      const carried = new Database(pool, createBreaker({ name: 'postgres', timeoutMs: 20_000 }));
      const eventIds = new EventIds();
      const claims = rows.map(([tenantId, eventId]) => ({
        tenantId: String(tenantId),
        eventId: String(eventId),
        receivedAtMs: 1,
      }));
      const fresh = await carried.asTenants(['maple', 'birch'], (tx) => eventIds.claim(tx, claims));
      expect(fresh.map(({ eventId }) => eventId)).toEqual(['old']);
      expect(await openEventIdDay(carried, Date.now() + DAY_MS)).toBe(true);
      await eventIds.refresh(carried);
      expect(eventIds.remembered).toBe(4);
      await carried.close();
    } finally {
      await client.end();
      await before.stop();
    }
  });
});

async function claimAndFail(eventIds: EventIds, ids: readonly string[]): Promise<void> {
  const failing = database.asTenants(['maple'], async (tx) => {
    await eventIds.claim(tx, claimsOf(ids));
    throw new RolledBack();
  });
  await expect(failing).rejects.toThrow(RolledBack);
}

async function daysOf(ids: readonly string[]): Promise<string[]> {
  const keys = ids.map((eventId) => eventKey({ tenantId: 'maple', eventId }));
  const { rows } = await owner.query<{ day: string; key: string }>(
    'SELECT day::text, key::text FROM event_ids WHERE key = ANY ($1)',
    [keys],
  );
  return keys.flatMap((key) => rows.filter((row) => row.key === key).map(({ day }) => day));
}

import { INBOX, type ReceivedWebhook, webhookReceived, webhookSlowed } from '@hub/contracts';
import { identify } from '@hub/crm-ghl';
import { createPool, Database, EventIds, isOutage } from '@hub/database';
import { migrate, serviceUrl } from '@hub/database/migrate';
import { connectNats, consumerStates, ensureStreams, type NatsConnection, Publisher } from '@hub/messaging';
import { createBreaker, RetryBudget } from '@hub/resilience';
import { startService } from '@hub/service';
import { createLogger } from '@hub/telemetry';
import { testNats, testPostgres, until } from '@hub/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { loadModels } from '../models/load-models.ts';
import { scoringService } from '../scoring-service.ts';
import { FailedAttempts } from '../failed-attempts.ts';
import { settleWebhooks } from '../settle-webhooks.ts';
import { storeCatalogue } from '../store-decisions.ts';
import { KnownTenants } from '../store-webhooks.ts';
import { LaneBacklog } from './lane-backlog.ts';

const PASSWORD = 'service-password';
const PER_PACK = 20;
const WAIT = { timeoutMs: 30_000 };

let postgres: Awaited<ReturnType<typeof testPostgres>>;
let nats: Awaited<ReturnType<typeof testNats>>;
let owner: pg.Client;
let connection: NatsConnection;
let app: Awaited<ReturnType<typeof startService>> | null = null;

beforeAll(async () => {
  [postgres, nats] = await Promise.all([testPostgres(), testNats()]);
  await migrate(postgres.url, PASSWORD, Date.now());
  owner = new pg.Client({ connectionString: postgres.url });
  await owner.connect();
  connection = await connectNats({ servers: nats.url, name: 'spec' });
  await ensureStreams(connection, [INBOX]);
});

afterEach(stopScoring);

afterAll(async () => {
  await connection.close();
  await owner.end();
  await Promise.all([nats.stop(), postgres.stop()]);
});

async function startScoring(): Promise<void> {
  const env = { NATS_URL: nats.url, DATABASE_URL: serviceUrl(postgres.url, PASSWORD), PORT: '0', LOG_LEVEL: 'silent' };
  app = await startService({ ...scoringService, env });
}

async function stopScoring(): Promise<void> {
  await app?.close();
  app = null;
}

async function newTenant(id: string): Promise<string> {
  await owner.query('INSERT INTO tenants (id, name) VALUES ($1, $1)', [id]);
  return id;
}

function webhook(locationId: string, webhookId: string): ReceivedWebhook {
  const more = { contactId: `lead-${locationId}`, direction: 'inbound', messageType: 'SMS' };
  const body = Buffer.from(JSON.stringify({ type: 'InboundMessage', locationId, webhookId, ...more }));
  const { eventId, tenantId } = identify(body);
  const receivedAtMs = Date.now();
  return { eventId, tenantId, source: 'ghl', sourceId: 'ghl', receivedAtMs, headers: {}, traceparent: '', body };
}

const packOf = (tenantId: string, name: string): ReceivedWebhook[] =>
  Array.from({ length: PER_PACK }, (_, at) => webhook(tenantId, `${name}-${at}`));

const slow = (tenantId: string, pack: readonly ReceivedWebhook[]) =>
  new Publisher(connection).publish(webhookSlowed, [tenantId], pack);

async function countOf(table: 'events' | 'scores', tenantId: string): Promise<number> {
  const { rows } = await owner.query(`SELECT count(*)::int AS n FROM ${table} WHERE tenant_id = $1`, [tenantId]);
  return rows[0].n;
}

async function waitingOf(tenantId: string): Promise<number | undefined> {
  const states = await consumerStates(connection, INBOX);
  return states.find(({ durable }) => durable === `slow-${tenantId}`)?.waiting;
}

const drained = (tenantId: string) =>
  until(async () => (await waitingOf(tenantId)) === 0, { ...WAIT, what: `${tenantId} drained` });

async function metric(line: string): Promise<number> {
  const metrics = await (await fetch(`${await app?.getUrl()}/metrics`)).text();
  return Number(
    metrics
      .split('\n')
      .find((each) => each.startsWith(line))
      ?.split(' ')
      .at(-1) ?? Number.NaN,
  );
}

describe('the slow lane', () => {
  it('drains tenant by tenant in turn: few of one do not wait for the flood of another', async () => {
    const [flood, quiet] = [await newTenant('flood'), await newTenant('quiet')];
    for (let at = 0; at < 40; at += 1) await slow(flood, packOf(flood, `flood-${at}`));
    await slow(quiet, packOf(quiet, 'quiet'));
    await startScoring();
    await until(async () => (await countOf('events', quiet)) === PER_PACK, { ...WAIT, what: 'the quiet tenant' });
    expect(await countOf('events', flood)).toBeLessThan(20 * PER_PACK);
    await drained(flood);
    expect(await countOf('events', flood)).toBe(40 * PER_PACK);
  });

  it('goes on beside a live lane that is never idle', async () => {
    const [slowed, busy] = [await newTenant('slowed'), await newTenant('busy')];
    await startScoring();
    for (let at = 0; at < 5; at += 1) await slow(slowed, packOf(slowed, `slowed-${at}`));
    const enough = new AbortController();
    let sent = 0;
    const live = (async () => {
      for (; !enough.signal.aborted; sent += 1) {
        await new Publisher(connection).publish(webhookReceived, [], [webhook(busy, `busy-${sent}`)]);
      }
    })();
    await drained(slowed);
    enough.abort();
    await live;
    expect(await countOf('events', slowed)).toBe(5 * PER_PACK);
    await until(async () => (await countOf('events', busy)) === sent, { ...WAIT, what: 'the live lane' });
  });

  it('changes nothing when a process died between settling a pack and acking it', async () => {
    const tenant = await newTenant('crash');
    const pack = packOf(tenant, 'crash');
    const { sequence } = await slow(tenant, pack);
    await settleLikeAProcessThatDies(pack, sequence);
    const before = await countOf('scores', tenant);
    await startScoring();
    await drained(tenant);
    expect([await countOf('events', tenant), await countOf('scores', tenant)]).toEqual([PER_PACK, before]);
  });

  it('says what waits in each lane, and for how long', async () => {
    const tenant = await newTenant('measured');
    await startScoring();
    await owner.query('BEGIN');
    // Scoring cannot write while this transaction holds the table.
    await owner.query('LOCK TABLE event_ids IN ACCESS EXCLUSIVE MODE');
    try {
      await slow(tenant, packOf(tenant, 'measured'));
      await until(async () => (await waitingOf(tenant)) === 1, { ...WAIT, what: 'the pack in hand' });
      await app?.get(LaneBacklog).poll();
      expect(await metric('scoring_unprocessed_packs{lane="slow"')).toBe(1);
      expect(await metric('scoring_oldest_unprocessed_seconds{lane="slow"')).toBeGreaterThan(0);
      expect(await metric('scoring_slow_tenants')).toBe(1);
      expect(await metric('scoring_unprocessed_packs{lane="live"')).toBe(0);
    } finally {
      await owner.query('ROLLBACK');
    }
    await drained(tenant);
    await app?.get(LaneBacklog).poll();
    expect(await metric('scoring_oldest_unprocessed_seconds{lane="slow"')).toBe(0);
  });
});

async function settleLikeAProcessThatDies(webhooks: readonly ReceivedWebhook[], sequence: number): Promise<void> {
  const database = new Database(
    createPool({ url: serviceUrl(postgres.url, PASSWORD), name: 'dying', max: 2 }),
    createBreaker({ name: 'postgres', timeoutMs: 20_000, isFailure: isOutage }),
  );
  const models = await loadModels(
    null,
    createBreaker({ name: 'onnx', timeoutMs: 5_000 }),
    createLogger('spec', 'silent'),
  );
  await storeCatalogue(database, models.catalogue);
  const pack = { sequence, storedAtMs: Date.now(), deliveries: 1, webhooks };
  const [tenants, retries, failed] = [new KnownTenants(), new RetryBudget(), new FailedAttempts()];
  await settleWebhooks([pack], { database, models, tenants, eventIds: new EventIds(), retries, failed }, Date.now());
  await database.close();
}

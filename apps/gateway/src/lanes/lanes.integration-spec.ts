import { connectRedis } from '@hub/cache-tiers';
import { INBOX, type ReceivedWebhook, webhookReceived, webhookSlowed } from '@hub/contracts';
import { sign } from '@hub/crm-ghl';
import { connectNats, type NatsConnection, readPage, streamState } from '@hub/messaging';
import { createBreaker } from '@hub/resilience';
import { startService } from '@hub/service';
import { createLogger } from '@hub/telemetry';
import { testNats, testRedis, type TestServer, until } from '@hub/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { gateway } from '../gateway-service.ts';
import { LaneChooser } from './lane-chooser.ts';
import { RedisTotals } from './redis-totals.ts';
import { SharedLimits } from './shared-limits.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');

let nats: TestServer;
let redis: TestServer;
let connection: NatsConnection;

beforeAll(async () => {
  [nats, redis] = await Promise.all([testNats(), testRedis()]);
  connection = await connectNats({ servers: nats.url, name: 'spec' });
});

afterAll(async () => {
  await connection.close();
  await Promise.all([nats.stop(), redis.stop()]);
});

describe('a gateway', () => {
  it('accepts what a tenant sends beyond its limit, in a lane of its own, and leaves the others in the live one', async () => {
    const app = await startService({
      ...gateway,
      env: {
        PORT: '0',
        LOG_LEVEL: 'silent',
        NATS_URL: nats.url,
        GHL_PUBLIC_KEYS: `spec=${spki}`,
        TENANT_LIMITS: '{"flood": {"ratePerS": 0.001, "burst": 5}}',
      },
    });
    const url = `${await app.getUrl()}/webhooks/ghl`;
    const send = async (locationId: string, count: number): Promise<number[]> =>
      Promise.all(Array.from({ length: count }, (_, at) => post(url, locationId, `${locationId}-${at}`)));
    const answers = await Promise.all([send('flood', 80), send('quiet', 10)]);
    expect(new Set(answers.flat())).toEqual(new Set([200]));
    const live = await storedIn(webhookReceived, []);
    const slow = await storedIn(webhookSlowed, ['flood']);
    const liveOf = (tenant: string) => live.filter(({ tenantId }) => tenantId === tenant).length;
    expect([liveOf('flood'), liveOf('quiet')]).toEqual([5, 10]);
    expect(slow.every(({ tenantId }) => tenantId === 'flood')).toBe(true);
    expect(await storedIn(webhookSlowed, ['quiet'])).toEqual([]);
    const stored = [...live, ...slow].map(({ eventId }) => eventId);
    expect([stored.length, new Set(stored).size]).toEqual([90, 90]);
    const metrics = await (await fetch(`${await app.getUrl()}/metrics`)).text();
    expect(metrics).toMatch(/gateway_lane_webhooks_total\{lane="slow"[^}]*\} 75/);
    await app.close();
  });
});

describe('gateways on one Redis', () => {
  const LIMIT = { ratePerS: 100, burst: 50 };
  const WINDOW_US = 250_000;

  function open() {
    const client = connectRedis(redis.url, 'spec', createLogger('spec', 'silent'));
    const chooser = new LaneChooser({ limitOf: () => LIMIT });
    const breaker = createBreaker({ name: 'redis', timeoutMs: 2_000, resetMs: 10 });
    return { client, chooser, shared: new SharedLimits(chooser, new RedisTotals(client, breaker)) };
  }

  it('let in together what the limit allows, and go on without it', async () => {
    const gateways = [open(), open()];
    for (const { client } of gateways) await until(async () => (await client.ping()) === 'PONG', { what: 'Redis' });
    let live = 0;
    // Time is an argument: 20 s of floods take as long as their 80 rounds.
    for (let nowUs = 0; nowUs < 20_000_000; nowUs += WINDOW_US) {
      for (const { chooser } of gateways) {
        for (let at = 0; at < 100; at += 1) if (chooser.laneOf('maple', nowUs + at * 2_500) === 'live') live += 1;
      }
      for (const { shared } of gateways) await shared.reconcile(nowUs + WINDOW_US);
    }
    expect(live).toBeLessThanOrEqual(100 * 20 + 5 * (50 + 25));
    expect(live).toBeGreaterThanOrEqual(100 * 20 * 0.9);

    redis.kill();
    const [one] = gateways;
    const alone = async (): Promise<boolean> => {
      one?.chooser.laneOf('maple', 60_000_000);
      const round = one?.shared.reconcile(60_000_000) ?? Promise.resolve();
      return round.then(
        () => false,
        () => true,
      );
    };
    await until(alone, { what: 'a failed round' });
    expect(one?.chooser.laneOf('birch', 60_000_000)).toBe('live');
    for (const { client } of gateways) client.disconnect();
  });
});

async function post(url: string, locationId: string, webhookId: string): Promise<number> {
  const body = Buffer.from(JSON.stringify({ type: 'ContactCreate', locationId, webhookId }));
  const headers = { 'content-type': 'application/json', 'x-ghl-signature': sign(privateKey, body) };
  return (await fetch(url, { method: 'POST', body, headers })).status;
}

async function storedIn(contract: typeof webhookSlowed, tokens: readonly string[]): Promise<ReceivedWebhook[]> {
  const { lastSequence: upTo } = await streamState(connection, INBOX);
  const { messages } = await readPage(connection, contract, { tokens, after: 0, upTo, maxMessages: 1_000 });
  return messages.flatMap(({ payload }) => payload).filter(({ source }) => source !== 'probe');
}

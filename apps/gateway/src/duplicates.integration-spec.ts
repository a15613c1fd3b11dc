import { INBOX, webhookReceived } from '@hub/contracts';
import { sign } from '@hub/crm-ghl';
import { connectNats, type NatsConnection, streamState, tail } from '@hub/messaging';
import { startService } from '@hub/service';
import { testNats, testRedis, type TestServer, until } from '@hub/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Redis } from 'ioredis';
import { generateKeyPairSync } from 'node:crypto';
import { gateway } from './gateway-service.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');

let nats: TestServer;
let redis: TestServer;
let connection: NatsConnection;
let client: Redis;

beforeAll(async () => {
  [nats, redis] = await Promise.all([testNats(), testRedis()]);
  connection = await connectNats({ servers: nats.url, name: 'spec' });
  client = new Redis(redis.url, { lazyConnect: true });
  client.on('error', () => undefined);
  await client.connect();
});

afterAll(async () => {
  client.disconnect();
  await connection.close();
  await Promise.all([nats.stop(), redis.stop()]);
});

async function start(): Promise<NestFastifyApplication> {
  // Its own webhook has gone through when it has started, and asks Redis nothing more while questions are counted.
  const probed = { GATEWAY_REPLACES: '1', PROBE_EVERY_MS: '3600000' };
  const env = { PORT: '0', LOG_LEVEL: 'silent', NATS_URL: nats.url, REDIS_URL: redis.url, ...probed };
  return startService({ ...gateway, env: { ...env, GHL_PUBLIC_KEYS: `spec=${spki}` } });
}

async function post(app: NestFastifyApplication, webhookId: string): Promise<unknown> {
  const body = Buffer.from(JSON.stringify({ type: 'ContactCreate', locationId: 'loc1', webhookId }));
  const headers = { 'x-ghl-signature': sign(privateKey, body) };
  const response = await fetch(`${await app.getUrl()}/webhooks/ghl`, { method: 'POST', body, headers });
  return response.status === 200 ? response.json() : response.status;
}

async function storedIds(): Promise<readonly string[]> {
  const { lastSequence } = await streamState(connection, INBOX);
  const ids: string[] = [];
  for await (const { sequence, payload } of tail(connection, webhookReceived, { after: 0 })) {
    ids.push(...payload.filter(({ source }) => source !== 'probe').map(({ eventId }) => eventId));
    if (sequence >= lastSequence) break;
  }
  return ids;
}

async function questionsToRedis(): Promise<number> {
  return Number(/cmdstat_mget:calls=(\d+)/.exec(await client.info('commandstats'))?.[1] ?? 0);
}

it('shares what is on disk between gateways, and does without Redis', async () => {
  const [one, other] = await Promise.all([start(), start()]);
  await until(async () => (await post(one, `warm-${Math.random()}`)) && (await client.dbsize()) > 0, { what: 'marks' });
  const marks = await client.dbsize();
  expect(await post(one, 'w-1')).toEqual({ accepted: true, eventId: 'w-1' });
  await until(async () => (await client.dbsize()) > marks, { what: 'the mark' });
  const [key = ''] = await client.keys('hub:seen:*');
  expect(await client.pttl(key)).toBeGreaterThan(0);

  // The other one hears of the mark while its broker is busy with something else.
  const asked = await questionsToRedis();
  process.kill(nats.pid ?? 0, 'SIGSTOP');
  const busy = post(other, 'w-2');
  await until(async () => (await questionsToRedis()) > asked, { what: 'a question' });
  const copy = post(other, 'w-1');
  await until(async () => (await questionsToRedis()) > asked + 1, { what: 'another question' });
  process.kill(nats.pid ?? 0, 'SIGCONT');
  expect(await busy).toMatchObject({ accepted: true });
  expect(await copy).toMatchObject({ accepted: true, duplicate: true, eventId: 'w-1' });

  await redis.pause();
  expect(await post(other, 'w-1')).toMatchObject({ duplicate: true });
  expect(await post(other, 'w-3')).toEqual({ accepted: true, eventId: 'w-3' });
  expect(await post(one, 'w-3')).toEqual({ accepted: true, eventId: 'w-3' });
  const ids = await storedIds();
  expect(ids.filter((id) => id === 'w-1')).toHaveLength(1);
  expect(ids.filter((id) => id === 'w-3')).toHaveLength(2);
  await Promise.all([one.close(), other.close()]);
});

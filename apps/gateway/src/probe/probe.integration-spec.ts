import { INBOX, type ReceivedWebhook, webhookReceived } from '@hub/contracts';
import { sign } from '@hub/crm-ghl';
import { connectNats, type NatsConnection, readPage, streamState } from '@hub/messaging';
import { type Readiness, startService } from '@hub/service';
import { testNats, type TestServer, until } from '@hub/testkit';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { generateKeyPairSync } from 'node:crypto';
import { gateway } from '../gateway-service.ts';
import { ProbeSource } from './probe-source.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');

let nats: TestServer;
let connection: NatsConnection;
const running: NestFastifyApplication[] = [];

beforeAll(async () => {
  nats = await testNats();
  connection = await connectNats({ servers: nats.url, name: 'spec' });
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.close()));
});

afterAll(async () => {
  await connection.close();
  await nats.stop();
});

async function start(env: NodeJS.ProcessEnv = {}, configure = gateway.configure): Promise<NestFastifyApplication> {
  const quiet = { PORT: '0', LOG_LEVEL: 'silent', PROBE_EVERY_MS: '3600000', NATS_URL: nats.url };
  const app = await startService({ ...gateway, ...(configure && { configure }), env: { ...quiet, ...env } });
  running.push(app);
  return app;
}

async function readinessOf(app: NestFastifyApplication): Promise<Readiness> {
  return (await (await fetch(`${await app.getUrl()}/health/ready`)).json()) as Readiness;
}

async function inbox(): Promise<readonly ReceivedWebhook[]> {
  const { lastSequence: upTo } = await streamState(connection, INBOX);
  const page = await readPage(connection, webhookReceived, { tokens: [], after: 0, upTo, maxMessages: 100 });
  return page.messages.flatMap(({ payload }) => payload);
}

/** As a volume without room: the broker answers, and refuses what is to be stored. */
async function setRoom(bytes: number): Promise<void> {
  const ask = async (what: string, payload?: string) =>
    (await connection.request(`$JS.API.STREAM.${what}.INBOX`, payload)).json<{ config: object; error?: object }>();
  const { config } = await ask('INFO');
  const { error } = await ask('UPDATE', JSON.stringify({ ...config, max_bytes: bytes, discard: 'new' }));
  expect(error).toBeUndefined();
}

it('is ready once a webhook of its own is on disk, and tells nobody of it', async () => {
  const app = await start();
  const ready = await until(async () => (await readinessOf(app)).status === 'ready' && readinessOf(app), {
    what: 'readiness',
  });
  expect(ready.checks).toContainEqual(expect.objectContaining({ name: 'webhooks', ok: true }));
  expect(await inbox()).toEqual([expect.objectContaining({ source: 'probe', sourceId: 'probe', tenantId: null })]);
  const metrics = await (await fetch(`${await app.getUrl()}/metrics`)).text();
  expect(metrics).not.toMatch(/^gateway_webhooks_total\{/m);
});

it('takes nothing from a stranger at the address of its own webhooks, and counts that it came', async () => {
  const app = await start();
  const before = (await streamState(connection, INBOX)).lastSequence;
  const url = `${await app.getUrl()}/webhooks/probe`;
  const { body, headers } = new ProbeSource().make();
  const response = await fetch(url, { method: 'POST', body: new Uint8Array(body), headers });
  expect([response.status, await response.json()]).toMatchObject([401, { error: { code: 'unauthorised' } }]);
  expect((await streamState(connection, INBOX)).lastSequence - before).toBeLessThanOrEqual(1); // its own first one
  const metrics = await (await fetch(`${await app.getUrl()}/metrics`)).text();
  expect(metrics).toMatch(/^gateway_webhooks_total\{outcome="malformed"[^}]*\} 1$/m);
});

it('opens its port without having proved itself only where nobody else serves', async () => {
  const replacement = { GATEWAY_REPLACES: '1', PROVE_WITHIN_MS: '1500' };
  const withoutRoom: typeof gateway.configure = async (app, config) => {
    await gateway.configure?.(app, config);
    await setRoom(1);
  };
  await start(replacement);
  const alone = await start({}, withoutRoom);
  const why = /does not go through: it was answered 429: .*notStored/;
  const red = async () => {
    const { status, checks } = await readinessOf(alone);
    const { problem = '' } = checks.find(({ name }) => name === 'webhooks') ?? {};
    return why.test(problem ?? '') && status;
  };
  expect(await until(red, { what: 'readiness that says why' })).toBe('notReady');
  await expect(start(replacement, withoutRoom)).rejects.toThrow(why);
  await setRoom(-1);
  await until(async () => (await readinessOf(alone)).status === 'ready', { what: 'readiness that comes back' });
});

it('is not ready soon after a webhook of somebody else was not stored', async () => {
  const app = await start({ GATEWAY_REPLACES: '1', GHL_PUBLIC_KEYS: `spec=${spki}` });
  await setRoom(1);
  const body = Buffer.from(JSON.stringify({ type: 'ContactCreate', locationId: 'loc1', webhookId: 'no-room' }));
  const headers = { 'x-ghl-signature': sign(privateKey, body) };
  expect((await fetch(`${await app.getUrl()}/webhooks/ghl`, { method: 'POST', body, headers })).status).toBe(429);
  await until(async () => (await readinessOf(app)).status === 'notReady', { what: 'red readiness' });
  await setRoom(-1);
  await until(async () => (await readinessOf(app)).status === 'ready', { what: 'readiness that comes back' });
});

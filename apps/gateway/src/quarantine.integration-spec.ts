import {
  INBOX,
  QUARANTINE,
  type ReceivedWebhook,
  SOURCES,
  sourceConfigured,
  webhookQuarantined,
  webhookReceived,
} from '@hub/contracts';
import { sign } from '@hub/crm-ghl';
import { connectNats, ensureStreams, type NatsConnection, Publisher, readPage, streamState } from '@hub/messaging';
import { startService } from '@hub/service';
import { GHL_SOURCE_ID, Sealing } from '@hub/sources';
import { testNats, type TestServer, until } from '@hub/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { gateway } from './gateway-service.ts';

const SECRETS_KEY = randomBytes(32).toString('base64');
const [former, next, later] = [newKey(), newKey(), newKey()];

let nats: TestServer;
let connection: NatsConnection;
let publisher: Publisher;
let app: NestFastifyApplication | undefined;

beforeAll(async () => {
  nats = await testNats();
  connection = await connectNats({ servers: nats.url, name: 'spec' });
  await ensureStreams(connection, [INBOX, QUARANTINE, SOURCES]);
  publisher = new Publisher(connection);
});

afterAll(async () => {
  await app?.close();
  await connection.close();
  await nats.stop();
});

function newKey() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { spki: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'), privateKey };
}

function start(ring: string): Promise<NestFastifyApplication> {
  const env = { PORT: '0', LOG_LEVEL: 'silent', NATS_URL: nats.url, SECRETS_KEY, GHL_PUBLIC_KEYS: ring };
  return startService({ ...gateway, env });
}

/** What the quarantine holds of a request whose signature matched no key. */
function kept(webhookId: string, privateKey: KeyObject): ReceivedWebhook {
  const body = Buffer.from(JSON.stringify({ type: 'ContactCreate', locationId: 'loc1', webhookId }));
  return {
    eventId: `digest of ${webhookId}`,
    tenantId: null,
    source: 'ghl',
    sourceId: GHL_SOURCE_ID,
    receivedAtMs: Date.now() - 60_000,
    headers: { 'x-ghl-signature': sign(privateKey, body) },
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    body,
  };
}

/** Sends a webhook of the location, signed by that key. @returns the status it is answered with. */
async function post(webhookId: string, privateKey: KeyObject, locationId = 'loc1'): Promise<number> {
  const body = Buffer.from(JSON.stringify({ type: 'ContactCreate', locationId, webhookId }));
  const headers = { 'x-ghl-signature': sign(privateKey, body) };
  return (await fetch(`${await app?.getUrl()}/webhooks/ghl`, { method: 'POST', body, headers })).status;
}

/** Tells the gateway which keys GoHighLevel has besides those it was started with. */
async function enter(
  version: number,
  ...keys: readonly { readonly keyId: string; readonly spki: string }[]
): Promise<void> {
  await publisher.publish(sourceConfigured, [GHL_SOURCE_ID], {
    sourceId: GHL_SOURCE_ID,
    kind: 'ghl',
    tenantId: null,
    name: 'GoHighLevel',
    state: 'active',
    keys: keys.map(({ keyId, spki }) => ({
      keyId,
      sealed: Sealing.fromBase64(SECRETS_KEY).seal(spki, { sourceId: GHL_SOURCE_ID, keyId }),
      notBeforeMs: null,
      notAfterMs: null,
    })),
    hmac: null,
    version,
  });
}

async function inboxIds(): Promise<readonly string[]> {
  return (await inbox()).filter(({ source }) => source === 'ghl').map(({ eventId }) => eventId);
}

async function quarantine(...pack: readonly ReceivedWebhook[]): Promise<void> {
  await publisher.publish(webhookQuarantined, [GHL_SOURCE_ID], pack);
}

async function inbox(): Promise<readonly ReceivedWebhook[]> {
  const { lastSequence: upTo } = await streamState(connection, INBOX);
  const page = await readPage(connection, webhookReceived, { tokens: [], after: 0, upTo, maxMessages: 100 });
  return page.messages.flatMap(({ payload }) => payload).filter(({ source }) => source !== 'probe');
}

async function inQuarantine(): Promise<readonly (readonly ReceivedWebhook[])[]> {
  const { lastSequence: upTo } = await streamState(connection, QUARANTINE);
  const options = { tokens: [GHL_SOURCE_ID], after: 0, upTo, maxMessages: 100 };
  return (await readPage(connection, webhookQuarantined, options)).messages.map(({ payload }) => payload);
}

it('gives the inbox what a new key matches, each once and byte for byte, and keeps the rest', async () => {
  const rotated = ['q-1', 'q-2', 'q-3'].map((id) => kept(id, next.privateKey));
  const [first, second, third] = rotated;
  if (!first || !second || !third) throw new Error('three are needed');
  const stranger = kept('q-4', later.privateKey);
  await quarantine(first, stranger);
  await quarantine(second);
  await quarantine(kept('q-5', later.privateKey));
  await quarantine(third, second);

  app = await start(`former=${former.spki},next=${next.spki}`);
  await until(async () => (await inQuarantine()).length === 2, { what: 'the rest alone in quarantine' });
  const received = await inbox();
  const byId = new Map(received.map((webhook) => [webhook.eventId, webhook]));
  expect(received.map(({ eventId }) => eventId).toSorted()).toEqual(['q-1', 'q-2', 'q-3']);
  expect(byId.get('q-1')).toMatchObject({
    tenantId: 'loc1',
    receivedAtMs: first.receivedAtMs,
    headers: first.headers,
    body: first.body,
  });
  const rest = (await inQuarantine()).flat();
  expect(rest.map(({ eventId }) => eventId).toSorted()).toEqual(['digest of q-4', 'digest of q-5']);

  await enter(1, { keyId: 'later', spki: later.spki });
  await until(async () => (await inQuarantine()).length === 0, { what: 'an empty quarantine' });
  expect((await inbox()).map(({ eventId }) => eventId).toSorted()).toEqual(['q-1', 'q-2', 'q-3', 'q-4', 'q-5']);
});

it('keeps the first webhooks of a changed key though it refuses them, and takes them once the key is entered', async () => {
  app ??= await start(`former=${former.spki},next=${next.spki}`);
  const changed = newKey();
  expect(await post('c-1', next.privateKey)).toBe(200);
  expect(await post('c-2', changed.privateKey)).toBe(401);
  expect(await post('c-3', changed.privateKey, 'nobody')).toBe(401);
  await until(async () => (await inQuarantine()).length > 0, { what: 'the one that a tenant speaks for' });
  expect((await inQuarantine()).flat().map(({ body }) => String(Buffer.from(body)))).toEqual([
    expect.stringContaining('c-2'),
  ]);

  // A gateway that was just started knows from the inbox whose signed webhooks had come.
  await app?.close();
  app = await start(`former=${former.spki},next=${next.spki}`);
  let n = 0;
  const isKept = async () => {
    expect(await post(`c-again-${(n += 1)}`, changed.privateKey)).toBe(401);
    return (await inQuarantine()).length > 1;
  };
  await until(isKept, { what: 'one more in quarantine' });

  await enter(2, { keyId: 'changed', spki: changed.spki });
  await until(async () => (await inQuarantine()).length === 0, { what: 'an empty quarantine' });
  const taken = await inboxIds();
  expect(taken).toContain('c-2');
  expect(taken.filter((id) => id.startsWith('c-again-')).length).toBeGreaterThan(0);
  expect(taken).not.toContain('c-3');
});

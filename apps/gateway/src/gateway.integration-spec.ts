import {
  DEAD,
  INBOX,
  type ReceivedWebhook,
  serviceTallied,
  TALLIES,
  type Tally,
  webhookReceived,
  webhookStored,
} from '@hub/contracts';
import { sign } from '@hub/crm-ghl';
import { connectNats, type NatsConnection, streamState, tail } from '@hub/messaging';
import { startService } from '@hub/service';
import { testNats, type TestServer, until } from '@hub/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { generateKeyPairSync } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { gateway } from './gateway-service.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519').privateKey;
const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
const MIB = 1_048_576;
/** Its own webhook is in the inbox when it has started, and no more of them come while the others are counted. */
const quiet = { PORT: '0', LOG_LEVEL: 'silent', GATEWAY_REPLACES: '1', PROBE_EVERY_MS: '3600000' };

let nats: TestServer;
let connection: NatsConnection;
let app: NestFastifyApplication;
let url: string;

async function start(env: NodeJS.ProcessEnv = {}): Promise<{ app: NestFastifyApplication; url: string }> {
  const started = await startService({
    ...gateway,
    env: { ...quiet, NATS_URL: nats.url, GHL_PUBLIC_KEYS: `spec=${spki}`, ...env },
  });
  return { app: started, url: await started.getUrl() };
}

beforeAll(async () => {
  nats = await testNats();
  connection = await connectNats({ servers: nats.url, name: 'spec' });
  ({ app, url } = await start());
});

afterAll(async () => {
  await app.close();
  await connection.close();
  await nats.stop();
});

type Body = Buffer<ArrayBuffer>;

function webhook(id: string, more: object = {}): Body {
  return Buffer.from(JSON.stringify({ type: 'ContactCreate', locationId: 'loc1', webhookId: id, ...more }));
}

function post(body: Body, headers: Record<string, string> = {}, to = url): Promise<Response> {
  return fetch(`${to}/webhooks/ghl`, { method: 'POST', body, headers });
}

function signed(body: Body, headers: Record<string, string> = {}): Record<string, string> {
  return { 'content-type': 'application/json', 'x-ghl-signature': sign(privateKey, body), ...headers };
}

/** Waits for this spec's own connection, where the broker was away. */
function lastSequence(): Promise<number> {
  return until(async () => (await streamState(connection, INBOX)).lastSequence, { what: 'an answer of the broker' });
}

/** One tenant that sends as fast as it can is in the slow lane before long. */
const everyLane = { ...webhookReceived, subject: webhookStored.subject };

/** The packs stored after a sequence, as soon as there is one. */
async function packsAfter(after: number): Promise<readonly (readonly ReceivedWebhook[])[]> {
  const last = await until(async () => ((await lastSequence()) > after ? lastSequence() : false), { what: 'a pack' });
  const packs: (readonly ReceivedWebhook[])[] = [];
  for await (const { sequence, payload } of tail(connection, everyLane, { after })) {
    packs.push(payload);
    if (sequence >= last) break;
  }
  return packs;
}

/** Sends without a length, so that the body comes in chunks; resolves with status and text. */
function postChunked(body: Buffer, headers: Record<string, string>): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${url}/webhooks/ghl`, { method: 'POST', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on('error', reject);
    for (let at = 0; at < body.length; at += 65_536) request.write(body.subarray(at, at + 65_536));
    request.end();
  });
}

/** Value of the first metric whose line begins so. */
async function metric(beginning: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const line = metrics.split('\n').find((each) => each.startsWith(beginning));
  return Number(line?.split(' ').at(-1) ?? 0);
}

describe('a signed webhook', () => {
  it('is on disk, byte for byte, when it is accepted', async () => {
    const before = await lastSequence();
    const body = Buffer.from('{"webhookId" : "w-1","locationId":"loc1",  "name":"Zoë"}');
    const response = await post(body, signed(body, { 'user-agent': 'spec', cookie: 'secret=1' }));
    expect([response.status, await response.json()]).toEqual([200, { accepted: true, eventId: 'w-1' }]);
    expect(await lastSequence()).toBe(before + 1);
    expect(await packsAfter(before)).toEqual([
      [
        {
          eventId: 'w-1',
          tenantId: 'loc1',
          source: 'ghl',
          sourceId: 'ghl',
          receivedAtMs: expect.any(Number),
          headers: { 'content-type': 'application/json', 'user-agent': 'spec', 'x-ghl-signature': expect.any(String) },
          traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
          body,
        },
      ],
    ]);
  });

  it.each([
    ['no content type', undefined],
    ['a form', 'application/x-www-form-urlencoded'],
    ['text', 'text/plain; charset=latin1'],
    ['a content type that is none', 'json!'],
    ['JSON it is not', 'application/json'],
  ])('is accepted as it is with %s', async (_, contentType) => {
    const before = await lastSequence();
    const body = Buffer.from(`a=1&b=%2\r\n\u0000${contentType}`);
    const { status } = await postChunked(body, {
      'x-ghl-signature': sign(privateKey, body),
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
    });
    expect(status).toBe(200);
    const [[stored] = []] = await packsAfter(before);
    expect(stored).toMatchObject({ tenantId: null, body });
  });

  it('shares its write with those that come meanwhile', async () => {
    const before = await lastSequence();
    const bodies = Array.from({ length: 50 }, (_, i) => webhook(`many-${i}`));
    process.kill(nats.pid ?? 0, 'SIGSTOP');
    const sent = Promise.all(bodies.map((body) => post(body, signed(body))));
    await until(async () => (await metric('gateway_waiting_bytes')) > 20_000, { what: 'most of them waiting' });
    process.kill(nats.pid ?? 0, 'SIGCONT');
    expect((await sent).map(({ status }) => status)).toEqual(bodies.map(() => 200));
    const packs = await packsAfter(before);
    // On a busy machine the first ack may come too late: that pack is there twice.
    const stored = new Set(packs.flat().map(({ eventId }) => eventId));
    expect([...stored].toSorted()).toEqual(bodies.map((_, i) => `many-${i}`).toSorted());
    expect(packs.length).toBeLessThan(25);
  });

  it('is timed on its way: check, queue, write, answer', async () => {
    const counts = (): Promise<number[]> =>
      Promise.all(
        [
          'gateway_signature_seconds_count',
          'gateway_queue_seconds_count{lane="live"',
          'gateway_store_seconds_count{lane="live"',
          'gateway_pack_webhooks_count{service="gateway",lane="live"',
          'gateway_request_seconds_count{answer="stored"',
          'gateway_request_seconds_count{answer="duplicate"',
          'gateway_request_seconds_count{answer="refused"',
        ].map(metric),
      );
    const before = await counts();
    const body = webhook('timed', { locationId: 'locTimed' });
    await post(body, signed(body));
    await post(body, signed(body));
    await post(body, { 'content-type': 'application/json' });
    const after = await counts();
    expect(after.map((count, at) => count - (before[at] ?? 0))).toEqual([3, 1, 1, 1, 1, 1, 1]);
  });
});

describe('copies of a webhook', () => {
  it('are stored once and answered 200, 50 at once and one later', async () => {
    const before = await lastSequence();
    const body = webhook('storm');
    const storm = await Promise.all(Array.from({ length: 50 }, () => post(body, signed(body))));
    const later = await post(body, signed(body));
    expect([...storm, later].map(({ status }) => status)).toEqual(Array.from({ length: 51 }, () => 200));
    expect(await later.json()).toEqual({
      accepted: true,
      duplicate: true,
      eventId: 'storm',
      firstSeenAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
    const stored = (await packsAfter(before)).flat();
    expect(stored.map(({ eventId }) => eventId)).toEqual(['storm']);
  });
});

describe('a webhook that is not signed as it should be', () => {
  const body = webhook('w-2');
  const good = sign(privateKey, body);

  it.each<[string, Record<string, string>, string]>([
    ['no signature', {}, 'missing'],
    ['N/A', { 'x-ghl-signature': 'N/A' }, 'missing'],
    ['an empty one', { 'x-ghl-signature': '' }, 'missing'],
    ['not base64', { 'x-ghl-signature': '*'.repeat(88) }, 'malformed'],
    ['too short', { 'x-ghl-signature': good.slice(4) }, 'malformed'],
    ['of an unknown key', { 'x-ghl-signature': sign(stranger, body) }, 'mismatch'],
    ['of another body', { 'x-ghl-signature': sign(privateKey, webhook('w-3')) }, 'mismatch'],
    ['the retired header only', { 'x-wh-signature': good }, 'legacyOnly'],
    ['downgraded', { 'x-ghl-signature': 'N/A', 'x-wh-signature': good }, 'legacyOnly'],
    ['wrong beside a retired one', { 'x-ghl-signature': sign(stranger, body), 'x-wh-signature': good }, 'mismatch'],
  ])('is refused and not stored: %s', async (_, headers, code) => {
    const before = await lastSequence();
    const response = await post(body, headers);
    expect(response.status).toBe(401);
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.json()).toMatchObject({ error: { code } });
    expect(await lastSequence()).toBe(before);
  });

  it('is refused when it was sent for another app', async () => {
    const own = await start({ GHL_APP_ID: 'app1' });
    const statuses = [];
    for (const appId of ['app1', 'app2', undefined]) {
      const sent = webhook('w-4', { appId });
      statuses.push((await post(sent, signed(sent), own.url)).status);
    }
    expect(statuses).toEqual([200, 401, 200]);
    await own.app.close();
  });
});

describe('a body at the limit', () => {
  const largest = Buffer.alloc(MIB, 'a');
  const larger = Buffer.alloc(MIB + 1, 'a');

  it('is accepted, in both framings', async () => {
    expect((await post(largest, signed(largest))).status).toBe(200);
    expect((await postChunked(largest, signed(largest, { 'transfer-encoding': 'chunked' }))).status).toBe(200);
  });

  it('is refused one byte later, in both framings', async () => {
    const before = await lastSequence();
    const response = await post(larger, signed(larger));
    expect([response.status, await response.json()]).toEqual([
      413,
      { error: { code: 'bodyTooLarge', message: 'the body is larger than can be stored' } },
    ]);
    const chunked = await postChunked(larger, signed(larger, { 'transfer-encoding': 'chunked' }));
    expect([chunked.status, JSON.parse(chunked.text)]).toMatchObject([413, { error: { code: 'bodyTooLarge' } }]);
    expect(await lastSequence()).toBe(before);
  });
});

it.each(['GET', 'PUT', 'PATCH', 'DELETE'])('answers %s with 405', async (method) => {
  const response = await fetch(`${url}/webhooks/ghl`, { method });
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  expect(await response.json()).toMatchObject({ error: { code: 'methodNotAllowed' } });
});

it('counts what it did', async () => {
  const accepted = 'gateway_webhooks_total{outcome="accepted"';
  const before = await metric(accepted);
  const body = webhook('w-5');
  await post(body, signed(body));
  expect(await metric(accepted)).toBe(before + 1);
});

it('tells what it answered, to whom, with which key, and masks what it refused', async () => {
  const own = await start({ GHL_PUBLIC_KEYS: `tallied=${spki}` });
  const { lastSequence: after } = await streamState(connection, TALLIES);
  const body = webhook('w-tallied', { locationId: 'locTally' });
  for (let copy = 0; copy < 3; copy += 1) await post(body, signed(body), own.url);
  await post(Buffer.from('{"name":"Zoe 1"}'), {}, own.url);
  await own.app.close();
  const told: Tally[] = [];
  const last = (await streamState(connection, TALLIES)).lastSequence;
  for await (const { sequence, payload } of tail(connection, serviceTallied, { after })) {
    told.push(payload);
    if (sequence >= last) break;
  }
  const ofTenant = told.flatMap(({ minutes }) => minutes).filter(({ tenantId }) => tenantId === 'locTally');
  const count = (outcome: string) => ofTenant.reduce((sum, { outcomes }) => sum + (outcomes[outcome] ?? 0), 0);
  expect([count('accepted'), count('duplicate')]).toEqual([1, 2]);
  expect(ofTenant.flatMap(({ latency }) => latency).reduce((sum, answers) => sum + answers, 0)).toBe(3);
  const copies = told.flatMap(({ duplicates }) => duplicates).filter(({ eventId }) => eventId === 'w-tallied');
  expect(copies.reduce((sum, each) => sum + each.copies, 0)).toBe(2);
  const uses = told.flatMap(({ keyUses }) => keyUses).filter(({ keyId }) => keyId === 'tallied');
  expect(uses.reduce((sum, each) => sum + each.uses, 0)).toBe(3);
  expect(told.flatMap(({ refusals }) => refusals)).toContainEqual(
    expect.objectContaining({ source: 'ghl', sourceId: 'ghl', reason: 'missing', maskedStart: '{"xxxx":"xxx 0"}' }),
  );
});

it('does not touch other streams', async () => {
  await expect(streamState(connection, DEAD)).rejects.toThrow('stream not found');
});

describe('while NATS is away', () => {
  it('asks for another try, says so in its readiness, and recovers by itself', async () => {
    const body = webhook('w-6');
    await nats.pause();
    const response = await post(body, signed(body));
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(2);
    expect(await response.json()).toMatchObject({ error: { code: 'notStored' } });
    expect((await fetch(`${url}/health/ready`)).status).toBe(503);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    await nats.restart();
    const accepted = async () => (await post(body, signed(body))).status === 200;
    await until(accepted, { what: 'acceptance', timeoutMs: 20_000 });
    const ready = async () => (await fetch(`${url}/health/ready`)).status === 200;
    await until(ready, { what: 'readiness', timeoutMs: 20_000 });
  });

  it('loses nothing it accepted when NATS is killed in mid-flow', async () => {
    const before = await lastSequence();
    const accepted: string[] = [];
    let refused = 0;
    const enough = new AbortController();
    const senders = Array.from({ length: 8 }, async (_, sender) => {
      for (let n = 0; !enough.signal.aborted; n++) {
        const id = `flow-${sender}-${n}`;
        const body = webhook(id);
        const { status } = await post(body, signed(body));
        if (status === 200) accepted.push(id);
        else refused += 1;
      }
    });
    await until(() => accepted.length > 50, { what: 'a flow' });
    nats.kill();
    await until(() => refused > 0, { what: 'a refusal' });
    const soFar = accepted.length;
    await nats.restart();
    await until(() => accepted.length > soFar + 50, { what: 'the flow going on', timeoutMs: 20_000 });
    enough.abort();
    await Promise.all(senders);
    const packs = await until(() => packsAfter(before), { what: 'the packs', timeoutMs: 20_000 });
    const stored = new Set(packs.flat().map(({ eventId }) => eventId));
    expect(accepted.filter((id) => !stored.has(id))).toEqual([]);
  });
});

it('finishes what it took when it stops', async () => {
  const own = await start();
  const before = await lastSequence();
  const bodies = Array.from({ length: 20 }, (_, i) => webhook(`stop-${i}`));
  const sent = Promise.allSettled(bodies.map((body) => post(body, signed(body), own.url)));
  await until(async () => (await lastSequence()) > before, { what: 'the first of them' });
  await own.app.close();
  const accepted = (await sent).filter((each) => each.status === 'fulfilled' && each.value.status === 200).length;
  const packs = await packsAfter(before);
  expect(accepted).toBeGreaterThan(0);
  expect(packs.flat().length).toBeGreaterThanOrEqual(accepted);
});

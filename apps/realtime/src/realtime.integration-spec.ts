import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import {
  latencyBucket,
  leadScored,
  SCORES,
  type ScoredLead,
  serviceAlive,
  serviceTallied,
  type StreamContract,
} from '@hub/contracts';
import { connectNats, ensureStreams, type NatsConnection, Publisher, tail } from '@hub/messaging';
import { startService } from '@hub/service';
import { SESSION_COOKIE, sealSession, type Session } from '@hub/session';
import { testNats, type TestServer, until } from '@hub/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type ClientOptions, openSse, openWs, type SseClient } from './clients-for-spec.ts';
import { parseEvents, scoredLead } from './recording-line-for-spec.ts';
import { realtime } from './service.ts';

const SECRET = 'a secret of at least thirty-two characters';
const PAGE = 'http://localhost:4000';

function cookieOf(session: Partial<Session> = {}): string {
  const expiresAtMs = Date.now() + 60_000;
  return `${SESSION_COOKIE}=${sealSession(SECRET, { userId: 'u1', name: 'Jo', tenants: ['maple'], expiresAtMs, ...session })}`;
}

let nats: TestServer;
let connection: NatsConnection;
let publisher: Publisher;
const running: NestFastifyApplication[] = [];

beforeAll(async () => {
  nats = await testNats();
  connection = await connectNats({ servers: nats.url, name: 'spec' });
  await ensureStreams(connection, [SCORES]);
  publisher = new Publisher(connection);
});

afterEach(async () => {
  for (const app of running.splice(0)) await app.close();
});

afterAll(async () => {
  await connection.close();
  await nats.stop();
});

async function start(env: Record<string, string> = {}): Promise<{ app: NestFastifyApplication; port: number }> {
  const app = await startService({
    ...realtime,
    env: {
      PORT: '0',
      LOG_LEVEL: 'silent',
      NATS_URL: nats.url,
      SESSION_SECRET: SECRET,
      ALLOWED_ORIGINS: PAGE,
      BEAT_MS: '100',
      ...env,
    },
  });
  running.push(app);
  return { app, port: (app.getHttpServer().address() as AddressInfo).port };
}

/** A stream that is past its hello: from there on it misses nothing. */
async function openGreeted(options: ClientOptions): Promise<SseClient> {
  const sse = await openSse(options);
  await until(() => sse.events().some(({ type }) => type === 'hello'), { what: 'the hello' });
  return sse;
}

async function publish(...leads: ScoredLead[]): Promise<number> {
  return (await publisher.publish(leadScored, ['maple'], leads)).sequence;
}

/** What the stream's own API answers: the library has no need of it. */
async function streamApi(action: string, body: object = {}): Promise<void> {
  const reply = await connection.request(`$JS.API.STREAM.${action}.SCORES`, JSON.stringify(body));
  expect(reply.json<{ success: boolean }>().success).toBe(true);
}

async function firstOf<T>(contract: StreamContract<T>): Promise<T> {
  for await (const { payload } of tail(connection, contract, { after: 0 })) return payload;
  throw new Error(`nothing in ${contract.stream.name}`);
}

const sequencesOf = (events: readonly { type: string; id: number }[]): number[] =>
  events.filter(({ type }) => type === 'scores').map(({ id }) => id);

describe('a screen', () => {
  it('receives a score over SSE and over WebSocket', async () => {
    const { port } = await start();
    const headers = { cookie: cookieOf(), origin: PAGE };
    const sse = await openSse({ port, path: '/stream?tenant=maple', headers });
    const ws = await openWs({ port, path: '/ws?tenant=maple', headers });
    await until(() => sse.events().length > 0 && ws.messages().length > 0, { what: 'both hellos' });

    const sequence = await publish(scoredLead('ann', 1), scoredLead('bob', 1));
    // Another tenant's score is nobody's business here.
    await publisher.publish(leadScored, ['oak'], [scoredLead('eve', 1)]);
    const beyond = (event: { type: string; id: number }): boolean => event.type === 'beat' && event.id > sequence;
    await until(() => sse.events().some(beyond), { what: 'a beat after the score' });
    await until(() => ws.messages().some(({ type, sequence: at }) => type === 'beat' && Number(at) > sequence), {
      what: 'a beat after the score',
    });

    expect(sse.answer.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'access-control-allow-origin': PAGE,
      'access-control-allow-credentials': 'true',
    });
    expect(sse.events()[0]).toMatchObject({ type: 'hello', data: { live: expect.any(Boolean) } });
    const leads = [scoredLead('ann', 1), scoredLead('bob', 1)];
    expect(sse.events().filter(({ type }) => type === 'scores')).toEqual([
      { type: 'scores', id: sequence, data: leads },
    ]);
    expect(ws.messages().filter(({ type }) => type === 'scores')).toEqual([
      { type: 'scores', sequence, scores: leads },
    ]);
  });

  it.each([
    ['from memory', { HISTORY_FRAMES_PER_TENANT: '100' }],
    ['from the stream', { HISTORY_FRAMES_PER_TENANT: '2' }],
  ])('resumes %s after a reconnect without loss or duplicate', async (_, env) => {
    const { port } = await start(env);
    const headers = { cookie: cookieOf() };
    const first = await openGreeted({ port, path: '/stream?tenant=maple', headers });
    const published: number[] = [];
    for (let version = 1; version <= 3; version += 1) published.push(await publish(scoredLead('ann', version)));
    await until(() => sequencesOf(first.events()).length === 3, { what: 'three scores' });
    first.close();
    for (let version = 4; version <= 260; version += 1) published.push(await publish(scoredLead('ann', version)));

    // The first URL is repeated by a browser; the header says how far it really got.
    const after = published[2] ?? 0;
    const path = `/stream?tenant=maple&after=${published[0]}`;
    const second = await openSse({ port, path, headers: { ...headers, 'last-event-id': String(after) } });
    const third = await openWs({ port, path: `/ws?tenant=maple&after=${after}`, headers });
    for (let version = 261; version <= 270; version += 1) published.push(await publish(scoredLead('ann', version)));
    const last = published.at(-1);
    await until(() => sequencesOf(second.events()).at(-1) === last, { what: 'the last score over SSE' });
    await until(() => third.messages().some(({ type, sequence }) => type === 'scores' && sequence === last), {
      what: 'the last score over WebSocket',
    });

    expect(sequencesOf(second.events())).toEqual(published.slice(3));
    const overWs = third.messages().flatMap(({ type, sequence }) => (type === 'scores' ? [sequence] : []));
    expect(overWs).toEqual(published.slice(3));
  });

  it('is told to start over when what it missed is gone, and goes on from now', async () => {
    const { port } = await start({ HISTORY_FRAMES_PER_TENANT: '1' });
    const witness = await openGreeted({ port, path: '/stream?tenant=maple', headers: { cookie: cookieOf() } });
    const first = await publish(scoredLead('ann', 1));
    for (let version = 2; version <= 4; version += 1) await publish(scoredLead('ann', version));
    await until(() => sequencesOf(witness.events()).at(-1) === first + 3, { what: 'the service to have read them' });
    await streamApi('PURGE', { seq: first + 3 });
    const sse = await openSse({ port, path: `/stream?tenant=maple&after=${first}`, headers: { cookie: cookieOf() } });
    await until(() => sse.events().some(({ type }) => type === 'reset'), { what: 'a reset' });
    expect(sse.events().find(({ type }) => type === 'reset')).toMatchObject({ data: { reason: 'tooOld' } });
    const next = await publish(scoredLead('ann', 5));
    await until(() => sequencesOf(sse.events()).length > 0, { what: 'the next score' });
    expect(sequencesOf(sse.events())).toEqual([next]);
  });

  it('is told to start over when it comes from a stream that is no more', async () => {
    const { port } = await start();
    const ws = await openWs({ port, path: '/ws?tenant=maple&after=999999', headers: { cookie: cookieOf() } });
    await until(() => ws.messages().some(({ type }) => type === 'reset'), { what: 'a reset' });
    expect(ws.messages().find(({ type }) => type === 'reset')).toMatchObject({ reason: 'unknownSequence' });
  });

  it('that reads slowly gets the newest value of each lead, and others get everything', async () => {
    const { port } = await start({ SLOW_ABOVE_BYTES: '65536' });
    const headers = { cookie: cookieOf() };
    const fast = await openWs({ port, path: '/ws?tenant=maple', headers });
    await until(() => fast.messages().length > 0, { what: 'the hello' });
    const slow = connect(port, '127.0.0.1');
    let text = '';
    slow.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    slow.write(`GET /stream?tenant=maple HTTP/1.1\r\nhost: x\r\ncookie: ${cookieOf()}\r\n\r\n`);
    await until(() => text.includes('event: hello'), { what: 'the hello' });
    slow.pause();

    const count = 400;
    const bulk = { sparkline: Array.from({ length: 8_000 }, (_, at) => at / 8_000) };
    let last = 0;
    for (let version = 1; version <= count; version += 1) {
      last = await publish({ ...scoredLead(version % 2 === 0 ? 'ann' : 'bob', version), ...bulk });
    }
    await until(() => fast.messages().some(({ sequence, type }) => type === 'scores' && sequence === last), {
      what: 'the last score at the fast screen',
    });
    slow.resume();
    // Megabytes: parsed once, when the last of them is there.
    const lastId = (): number => Number(/\d+/.exec(text.slice(text.lastIndexOf('\nid: ')))?.[0]);
    await until(() => text.endsWith('\n\n') && lastId() === last, {
      what: 'the last score at the slow screen',
      timeoutMs: 40_000,
    });
    slow.destroy();

    const received = parseEvents(text).filter(({ type }) => type === 'scores');
    expect(received.length).toBeLessThan(count);
    const newest = new Map(received.flatMap(({ data }) => (data as ScoredLead[]).map((lead) => [lead.leadId, lead])));
    expect([newest.get('ann')?.version, newest.get('bob')?.version]).toEqual([count, count - 1]);
    expect(fast.messages().filter(({ type }) => type === 'scores')).toHaveLength(count);
  });

  it('that takes nothing at all is disconnected', async () => {
    const { port } = await start({ SLOW_ABOVE_BYTES: '65536', SLOW_MAX_MS: '100' });
    const stuck = connect(port, '127.0.0.1');
    stuck.on('error', () => undefined);
    stuck.write(`GET /stream?tenant=maple HTTP/1.1\r\nhost: x\r\ncookie: ${cookieOf()}\r\n\r\n`);
    await once(stuck, 'readable');
    const bulk = { sparkline: Array.from({ length: 8_000 }, (_, at) => at / 8_000) };
    let version = 0;
    const departures = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    await until(
      async () => {
        version += 1;
        await publish({ ...scoredLead('ann', version), ...bulk });
        return (await departures()).includes('hub_realtime_departures_total{reason="slow"');
      },
      { what: 'the disconnect', timeoutMs: 30_000 },
    );
    stuck.destroy();
  });
});

describe('the door', () => {
  it.each([
    ['no session', { cookie: undefined, path: '?tenant=maple' }, 401, 'notSignedIn'],
    ['a page of someone else', { origin: 'https://evil.example', path: '?tenant=maple' }, 403, 'originNotAllowed'],
    ["someone else's tenant", { path: '?tenant=oak' }, 404, 'tenantNotFound'],
    ['no tenant', { path: '' }, 400, 'tenantMissing'],
    ['a bad sequence', { path: '?tenant=maple&after=x' }, 400, 'afterInvalid'],
  ])('refuses %s on both transports', async (_, given, status, code) => {
    const { port } = await start();
    const { path, ...otherHeaders } = given;
    const headers = Object.fromEntries(
      Object.entries({ cookie: cookieOf(), ...otherHeaders }).filter(([, value]) => value !== undefined),
    ) as Record<string, string>;
    const sse = await openSse({ port, path: `/stream${path}`, headers });
    const ws = await openWs({ port, path: `/ws${path}`, headers });
    for (const answer of [sse.answer, ws.refusal]) {
      expect(answer).toMatchObject({ status });
      expect(JSON.parse(answer?.body ?? '')).toMatchObject({ error: { code } });
    }
  });

  it('lets a user open only so many screens, and more again after one closed', async () => {
    const { port } = await start({ MAX_SCREENS_PER_USER: '1' });
    const options = { port, path: '/stream?tenant=maple', headers: { cookie: cookieOf() } };
    const first = await openSse(options);
    expect((await openSse(options)).answer).toMatchObject({ status: 429, headers: { 'retry-after': '5' } });
    first.close();
    await until(async () => (await openSse(options)).answer.status === 200, { what: 'room for another screen' });
  });

  it('refuses an upgrade on any other path', async () => {
    const { port } = await start();
    expect((await openWs({ port, path: '/elsewhere', headers: { cookie: cookieOf() } })).refusal?.status).toBe(404);
  });

  it('closes a screen when its session ends', async () => {
    const { port } = await start();
    const cookie = cookieOf({ expiresAtMs: Date.now() + 300 });
    const ws = await openWs({ port, path: '/ws?tenant=maple', headers: { cookie } });
    const sse = await openSse({ port, path: '/stream?tenant=maple', headers: { cookie } });
    await until(() => ws.closed() === 4401 && sse.ended(), { what: 'both to be closed' });
  });
});

describe('the service', () => {
  it('asks every screen to come back when it stops', async () => {
    const { app, port } = await start();
    const headers = { cookie: cookieOf() };
    const sse = await openSse({ port, path: '/stream?tenant=maple', headers });
    const ws = await openWs({ port, path: '/ws?tenant=maple', headers });
    await app.close();
    await until(() => sse.ended() && ws.closed() !== null, { what: 'both to be closed' });
    expect(sse.text()).toMatch(/retry: \d+\n\n$/);
    expect(ws.closed()).toBe(1012);
  });

  it('tells how long a score took from its webhook to the screens, and that it is alive', async () => {
    const { app, port } = await start();
    const sse = await openGreeted({
      port,
      path: '/stream?tenant=maple',
      headers: { cookie: cookieOf(), origin: PAGE },
    });
    expect(await firstOf(serviceAlive)).toMatchObject({ service: 'realtime', atMs: expect.any(Number) });
    await publisher.publish(leadScored, ['maple'], [scoredLead('ann', 1)], { receivedAtMs: Date.now() - 5_000 });
    await until(() => sequencesOf(sse.events()).length === 1, { what: 'the score' });
    await app.close();
    const { service, minutes } = await firstOf(serviceTallied);
    expect(service).toBe('realtime');
    expect(minutes).toMatchObject([{ tenantId: 'maple', path: 'push', outcomes: { sent: 1 } }]);
    const bucket = minutes[0]?.latency.findIndex((count) => count > 0) ?? 0;
    expect(bucket).toBeGreaterThanOrEqual(latencyBucket(5_000));
  });

  it('keeps its screens through an outage of the broker, says so, and goes on by itself', async () => {
    const { port } = await start();
    const sse = await openSse({ port, path: '/stream?tenant=maple', headers: { cookie: cookieOf() } });
    const lastBeat = () => sse.events().findLast(({ type }) => type === 'beat')?.data as { live: boolean } | undefined;
    await until(() => lastBeat()?.live === true, { what: 'a live beat' });
    await nats.pause();
    await until(() => lastBeat()?.live === false, { what: 'a beat that is not live' });
    expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(503);
    await nats.restart();
    await until(() => lastBeat()?.live === true, { what: 'a live beat again' });
    const sequence = await until(() => publish(scoredLead('ann', 1)), { what: 'the broker to take a message' });
    await until(() => sequencesOf(sse.events()).includes(sequence), { what: 'the score after the outage' });
    expect(sse.ended()).toBe(false);
    expect(sse.events().some(({ type }) => type === 'reset')).toBe(false);
  });

  it('tells screens to start over when the stream was made anew, and follows the new one', async () => {
    const { port } = await start();
    for (let version = 1; version <= 3; version += 1) await publish(scoredLead('ann', version));
    const sse = await openGreeted({ port, path: '/stream?tenant=maple', headers: { cookie: cookieOf() } });
    const last = await publish(scoredLead('ann', 4));
    await until(() => sequencesOf(sse.events()).includes(last), { what: 'a score of the old stream' });
    await streamApi('DELETE');
    await ensureStreams(connection, [SCORES]);
    await until(() => sse.events().some(({ type }) => type === 'reset'), { what: 'a reset' });
    const sequence = await publish(scoredLead('ann', 5));
    expect(sequence).toBeLessThan(last);
    await until(() => sequencesOf(sse.events()).at(-1) === sequence, { what: 'a score of the new stream' });
  });
});

import { until } from '@hub/testkit';
import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Target } from '../admit-request.ts';
import type { Admission } from '../answers.ts';
import { sendRaw, statusesIn } from './http-for-spec.ts';
import { LoadGuard } from './load-guard.ts';
import { receiveFirst, strictServer } from './strict-server.ts';
import { webhookReceiver } from './webhook-receiver.ts';
import { webhookUrlOf } from './webhook-target.ts';

const LIMITS = {
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 5_000,
  checkEveryMs: 1_000,
  keepAliveMs: 5_000,
  maxHeaderBytes: 4_000,
};
const HASTY = { ...LIMITS, headersTimeoutMs: 100, requestTimeoutMs: 200, checkEveryMs: 20 };
const ROOMY = { maxConnections: 100, maxHeldBytes: 1_000 };
const ACCEPTED: Admission = { outcome: 'accepted', eventIds: ['e1'] };

let server: Server | undefined;
afterEach(() => server?.close().closeAllConnections());

async function start(
  admit: () => Promise<Admission> = () => Promise.resolve(ACCEPTED),
  limits = ROOMY,
  patience = LIMITS,
) {
  const taken: { target: Target; body: string; pathToken: string | null }[] = [];
  const unread: string[] = [];
  const errors: unknown[] = [];
  const running = strictServer((_request, response) => response.writeHead(404).end(), patience);
  const guard = new LoadGuard(limits);
  guard.watch(running);
  receiveFirst(
    running,
    webhookReceiver({
      maxBodyBytes: 10,
      guard,
      admit: (target, { body, pathToken }) => {
        taken.push({ target, body: Buffer.from(body).toString('latin1'), pathToken });
        return admit();
      },
      onUnread: (outcome) => void unread.push(outcome),
      onError: (error) => void errors.push(error),
      isClosing: () => !running.listening,
    }),
  );
  server = running.listen(0, '127.0.0.1');
  await once(running, 'listening');
  const { port } = running.address() as AddressInfo;
  const post = (body: string, path = '/webhooks/ghl') =>
    fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body });
  /** Sends over a connection of its own. @returns what has come so far. */
  const open = async (text: string) => {
    const socket = connect(port, '127.0.0.1').setEncoding('utf8');
    let received = '';
    socket.on('data', (more: string) => (received += more));
    await once(socket, 'connect');
    socket.write(text);
    return () => received;
  };
  return { port, post, open, taken, unread, errors, guard };
}

describe('the receiver of webhooks', () => {
  it('hands on the bytes as they came, in either framing', async () => {
    const { port, post, taken } = await start();
    await post(' {"a":1}');
    const head = 'POST /webhooks/ghl HTTP/1.1\r\nHost: spec\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n';
    await sendRaw(port, `${head}3\r\n\0\r\n\r\n2\r\n\xff\xfe\r\n0\r\n\r\n`);
    await post('');
    expect(taken.map(({ body }) => body)).toEqual([' {"a":1}', '\0\r\n\xff\xfe', '']);
  });

  it('leaves other URLs to whoever else serves', async () => {
    const { port, post, taken } = await start();
    expect((await post('{}', '/ready')).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
    expect(taken).toEqual([]);
  });

  it('tells those who do not post what they should do', async () => {
    const { port } = await start();
    const response = await fetch(`http://127.0.0.1:${port}/webhooks/ghl`);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('asks for another try when anything unforeseen happens, and gives nothing of it away', async () => {
    const error = new Error('the secret is hunter2');
    const { post, unread, errors } = await start(() => Promise.reject(error));
    const response = await post('{}');
    expect([response.status, unread, errors]).toEqual([429, ['internal'], [error]]);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await response.text()).not.toContain('hunter2');
  });

  it('says why it refuses on the URL that everybody knows, and nowhere else', async () => {
    const { post } = await start(() => Promise.resolve({ outcome: 'mismatch' }));
    expect(await (await post('{}')).json()).toMatchObject({ error: { code: 'mismatch' } });
    expect(await (await post('{}', '/webhooks/s1')).json()).toMatchObject({ error: { code: 'unauthorised' } });
  });

  it.each([
    ['sized', 'Content-Length: 11\r\n\r\n'],
    ['chunked', 'Transfer-Encoding: chunked\r\n\r\n6\r\n123456\r\n5\r\n78901\r\n'],
  ])('refuses a %s body that is too large before all of it is there, and counts it', async (_, rest) => {
    const { port, taken, unread } = await start();
    const received = await sendRaw(port, `POST /webhooks/ghl HTTP/1.1\r\nHost: spec\r\n${rest}`);
    expect([statusesIn(received), unread, taken]).toEqual([[413], ['bodyTooLarge'], []]);
  });

  it('answers nobody, and admits nothing, when the sender goes before its body is there', async () => {
    const { port, post, taken, unread } = await start();
    const gone = fetch(`http://127.0.0.1:${port}/webhooks/ghl`, {
      method: 'POST',
      body: new ReadableStream({ start: (controller) => controller.error(new Error('gone')) }),
      duplex: 'half',
    });
    await expect(gone).rejects.toThrow();
    await post('{}');
    expect([taken.length, unread]).toEqual([1, []]);
  });
});

it.each([
  ['sized', 'Content-Length: 9\r\n\r\n1234'],
  ['chunked', 'Transfer-Encoding: chunked\r\n\r\n4\r\n1234\r\n'],
])('tells a sender 408 whose %s body takes too long, counts it once and holds nothing of it', async (_, rest) => {
  const { port, unread, guard, taken } = await start(undefined, ROOMY, HASTY);
  const received = await sendRaw(port, `POST /webhooks/ghl HTTP/1.1\r\nHost: spec\r\n${rest}`);
  expect([statusesIn(received), unread, taken, guard.heldBytes]).toEqual([[408], ['slowClient'], [], 0]);
  expect(received).toContain('"code":"slowClient"');
});

describe('a request for which there is no room', () => {
  const head = 'POST /webhooks/ghl HTTP/1.1\r\nHost: spec\r\nContent-Length: 9\r\n\r\n';

  it('is told to come again before its body is read, and taken once there is', async () => {
    const first = Promise.withResolvers<Admission>();
    const { open, unread, guard } = await start(() => first.promise, { ...ROOMY, maxHeldBytes: 9 });
    const early = await open(`${head}123456789`);
    await until(() => guard.isFull, { what: 'a full memory' });
    const late = await open(head);
    await until(() => /^HTTP\/1.1 429 [^]*^retry-after: \d+\r$[^]*overloaded/m.test(late()), { what: 'an answer' });
    expect(unread).toEqual(['overloaded']);
    first.resolve(ACCEPTED);
    await until(() => early().startsWith('HTTP/1.1 200'), { what: 'the first answer' });
    expect(guard.heldBytes).toBe(0);
    const later = await open(`${head}123456789`);
    await until(() => later().startsWith('HTTP/1.1 200'), { what: 'another answer' });
  });

  it('keeps its connection', async () => {
    const first = Promise.withResolvers<Admission>();
    const { open, guard } = await start(() => first.promise, { ...ROOMY, maxHeldBytes: 9 });
    await open(`${head}123456789`);
    await until(() => guard.isFull, { what: 'a full memory' });
    const late = await open(`${head}123456789`);
    await until(() => late().startsWith('HTTP/1.1 429'), { what: 'an answer' });
    expect(late()).not.toMatch(/^connection: close/m);
  });

  it('loses its connection where there are too many', async () => {
    const { open } = await start(undefined, { ...ROOMY, maxConnections: 1 });
    const [one, two] = [await open(''), await open(`${head}123456789`)];
    await until(() => /^HTTP\/1.1 429 [^]*^connection: close\r$/m.test(two()), { what: 'an answer' });
    expect(one()).toBe('');
  });

  it('leaves nothing held, however it ended', async () => {
    const { port, post, guard } = await start(() => Promise.reject(new Error('unforeseen')));
    expect((await post('123456789')).status).toBe(429);
    const chunked = 'POST /webhooks/ghl HTTP/1.1\r\nHost: spec\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(statusesIn(await sendRaw(port, `${chunked}b\r\n12345678901\r\n`))).toEqual([413]);
    expect(statusesIn(await sendRaw(port, `${chunked}2\r\n12\r\nx`))).toEqual([400]);
    await until(() => guard.heldBytes === 0, { what: 'nothing held' });
    expect(guard.heldBytes).toBe(0);
  });
});

describe('the URL of a webhook', () => {
  it.each([
    ['/webhooks/ghl', { target: { sourceId: 'ghl' }, pathToken: null, isPublic: true }],
    ['/webhooks/ghl?a=1', { target: { sourceId: 'ghl' }, pathToken: null, isPublic: true }],
    ['/webhooks/src_1', { target: { sourceId: 'src_1' }, pathToken: null, isPublic: false }],
    ['/webhooks/src_1/t-%2Fk?x', { target: { sourceId: 'src_1' }, pathToken: 't-/k', isPublic: false }],
    ['/v1/events', { target: 'eventsApi', pathToken: null, isPublic: false }],
  ])('%s names its source', (url, expected) => {
    expect(webhookUrlOf(url)).toEqual(expected);
  });

  it.each([
    '/',
    '/ready',
    '/webhooks',
    '/webhooks/',
    '/webhooks/a/b/c',
    '/webhooks/%zz',
    '/v1/events/1',
    '/WEBHOOKS/ghl',
  ])('%s is none', (url) => {
    expect(webhookUrlOf(url)).toBeNull();
  });
});

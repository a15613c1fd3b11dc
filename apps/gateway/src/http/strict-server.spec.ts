import { until } from '@hub/testkit';
import { afterEach, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Refusal } from '../answers.ts';
import { sendRaw, statusesIn } from './http-for-spec.ts';
import { REFUSED, strictServer } from './strict-server.ts';

const LIMITS = {
  headersTimeoutMs: 1_500,
  requestTimeoutMs: 2_500,
  checkEveryMs: 100,
  keepAliveMs: 5_000,
  maxHeaderBytes: 1_000,
};
const HEAD = 'POST / HTTP/1.1\r\nHost: spec\r\n';
let server: Server | undefined;

afterEach(() => server?.close().closeAllConnections());

/** Reads each body and answers with it, unless told otherwise; an error of a body is answered with its status. */
async function start(handle = echo) {
  const refused: Refusal[] = [];
  const running = strictServer(handle, LIMITS);
  running.on(REFUSED, (outcome: Refusal) => refused.push(outcome));
  server = running.listen(0, '127.0.0.1');
  await once(running, 'listening');
  return { port: (running.address() as AddressInfo).port, refused };
}

function echo(request: IncomingMessage, response: ServerResponse): void {
  let body = '';
  request.on('data', (part: Buffer) => (body += part.toString('latin1')));
  request.on('end', () => response.end(body));
  request.on('error', ({ statusCode }: Error & { statusCode?: number }) => response.writeHead(statusCode ?? 500).end());
}

it.each([
  ['nothing', ''],
  ['half a request line', 'POST / HT'],
  ['half a header', 'POST / HTTP/1.1\r\nHost: sp'],
])('tells a client 408 that sends %s, and no more', async (_, text) => {
  const { port, refused } = await start();
  expect(statusesIn(await sendRaw(port, text))).toEqual([408]);
  expect(refused).toEqual(['slowClient']);
});

it.each([
  ['sized', `${HEAD}Content-Length: 9\r\n\r\nabcd`],
  ['chunked', `${HEAD}Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n`],
])('tells whoever reads a %s body that takes too long, and ends the connection', async (_, text) => {
  const { port, refused } = await start();
  expect(statusesIn(await sendRaw(port, text))).toEqual([408]);
  // Whoever was told counts it.
  expect(refused).toEqual([]);
});

it('ends a connection whose body never ends after its answer', async () => {
  const { port } = await start((_request, response) => void response.end('early'));
  expect(statusesIn(await sendRaw(port, `${HEAD}Content-Length: 9\r\n\r\nabcd`))).toEqual([200]);
});

it('answers what is asked of an idle connection after its time, and lets it live', async () => {
  const { port, refused } = await start();
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  let received = '';
  socket.on('data', (text: string) => (received += text));
  for (const turn of [1, 2, 3]) {
    socket.write(`${HEAD}Content-Length: 1\r\n\r\n${turn}`);
    await until(() => received.endsWith(`\r\n\r\n${turn}`), { what: `answer ${turn}` });
    // Idle for longer than a request may take.
    await new Promise((resolve) => setTimeout(resolve, LIMITS.requestTimeoutMs + 3 * LIMITS.checkEveryMs));
  }
  expect([socket.readyState, refused]).toEqual(['open', []]);
  socket.destroy();
});

it('sends an answer that is still due before it refuses what comes behind it', async () => {
  let answer: (() => void) | undefined;
  const { port, refused } = await start((request, response) => {
    request.resume();
    answer = () => response.end('due');
  });
  const received = sendRaw(port, `${HEAD}Content-Length: 1\r\n\r\naGARBAGE\r\n\r\n`);
  await until(() => refused.length > 0, { what: 'the refusal' });
  answer?.();
  expect(statusesIn(await received)).toEqual([200, 400]);
});

it('counts what a connection sends after it was refused once only', async () => {
  const { port, refused } = await start();
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('GARBAGE\r\n\r\n');
  await once(socket, 'data');
  for (let more = 0; more < 5; more += 1) socket.write('GARBAGE\r\n\r\n');
  socket.resume();
  await once(socket, 'close');
  expect(refused).toEqual(['badRequest']);
});

it('counts nobody who just goes away', async () => {
  const { port, refused } = await start();
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.end(`${HEAD}Content-Le`);
  await once(socket.resume(), 'close');
  expect(refused).toEqual([]);
});

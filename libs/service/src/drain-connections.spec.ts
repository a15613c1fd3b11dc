import { until } from '@hub/testkit';
import { afterEach, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { drainConnections } from './drain-connections.ts';

const REQUEST = 'GET / HTTP/1.1\r\nHost: spec\r\n\r\n';
let server: Server | undefined;

afterEach(() => server?.close().closeAllConnections());

/** A server whose answers wait for the spec, and a way to talk to it. */
async function start() {
  const pending: ServerResponse[] = [];
  const running = createServer((_request, response) => void pending.push(response)).listen(0, '127.0.0.1');
  server = running;
  await once(running, 'listening');
  const { port } = running.address() as AddressInfo;
  const open = async () => {
    const socket = connect(port, '127.0.0.1').setEncoding('utf8');
    await once(socket, 'connect');
    let received = '';
    socket.on('data', (text: string) => (received += text));
    return { socket, received: () => received };
  };
  const answerNext = async () => {
    const response = await until(() => pending.shift(), { what: 'a request' });
    response.end('ok');
  };
  return { running, open, answerNext };
}

it('answers what comes on open connections, takes no others, and ends when they have ended', async () => {
  const { running, open, answerNext } = await start();
  const idle = await open();
  const busy = await open();
  busy.socket.write(REQUEST);
  await answerNext();
  await until(() => busy.received().includes('ok'), { what: 'an answer' });
  busy.socket.write(REQUEST);
  const drained = drainConnections(running, 60_000);
  await expect(open()).rejects.toThrow('ECONNREFUSED');
  await answerNext();
  idle.socket.write(REQUEST);
  await answerNext();
  await drained;
  for (const { received } of [busy, idle]) {
    await until(() => /connection: close[^]*ok$/i.test(received()), { what: 'the last answer, which says that it is' });
  }
});

it('does not wait longer than its deadline', async () => {
  const { running, open } = await start();
  const { socket }: { socket: Socket } = await open();
  await drainConnections(running, 1);
  expect(socket.destroyed).toBe(false);
});

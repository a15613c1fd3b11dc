import { testNats, until } from '@hub/testkit';
import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { connectNats, UnusableBroker } from './connect-nats.ts';

/** Speaks just enough of the protocol to be connected to. */
async function brokerSaying(info: Readonly<Record<string, unknown>>): Promise<{ url: string; server: Server }> {
  const server = createServer((socket) => {
    socket.write(`INFO ${JSON.stringify({ server_id: 'x', max_payload: 1_048_576, headers: true, ...info })}\r\n`);
    socket.on('data', (data) => {
      if (data.includes('PING')) socket.write('PONG\r\n');
    });
    socket.on('error', () => socket.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { url: `nats://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

describe('connectNats', () => {
  it.each([
    [{ version: '2.9.10', jetstream: true }, 'is 2.9.10, and 2.10.23 or later is needed'],
    [{ version: '2.15.1' }, 'runs without JetStream'],
  ])('refuses a broker that says %j', async (info, problem) => {
    const { url, server } = await brokerSaying(info);
    const refused = connectNats({ servers: url, name: 'spec' });
    await expect(refused).rejects.toThrow(UnusableBroker);
    await expect(refused).rejects.toThrow(problem);
    server.close();
  });

  it('waits for a broker that is not up yet', async () => {
    const nats = await testNats();
    await nats.pause();
    let connected = false;
    const connecting = connectNats({ servers: nats.url, name: 'spec' }).then((connection) => {
      connected = true;
      return connection;
    });
    await nats.restart();
    await until(() => connected, { what: 'a connection' });
    await (await connecting).close();
    await nats.stop();
  });
});

import type { StreamDefinition } from '@hub/contracts';
import { testNats, type TestServer, until } from '@hub/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { connectNats } from './connect-nats.ts';
import { ensureStreams } from './ensure-streams.ts';
import { watchStream } from './watch-stream.ts';

const stream: StreamDefinition = { name: 'WATCHED', subjects: ['watched'], maxAgeMs: 0, durability: 'fsync' };

let nats: TestServer;
let connection: NatsConnection;

beforeAll(async () => {
  nats = await testNats();
  connection = await connectNats({ servers: nats.url, name: 'spec' });
  await ensureStreams(connection, [stream]);
});

afterAll(async () => {
  await connection.close();
  await nats.stop();
});

it('doubts a stream while the broker is away, and tells it from one made anew', async () => {
  const said: (string | null)[] = [];
  const stop = watchStream(connection, stream, (incarnation) => void said.push(incarnation));
  const restart = async (): Promise<void> => {
    await nats.pause();
    await until(() => said.at(-1) === null, { what: 'doubt' });
    await nats.restart();
    await until(() => said.at(-1) !== null, { what: 'certainty' });
  };
  await until(() => said.length === 1, { what: 'the first word' });
  await restart();
  const manager = await jetstreamManager(connection);
  await manager.streams.delete(stream.name);
  await ensureStreams(connection, [stream]);
  await restart();
  const [first, doubt, same, again, anew] = said;
  expect([doubt, again, said.length]).toEqual([null, null, 5]);
  expect(same).toBe(first);
  expect(anew).not.toBe(first);
  stop();
});

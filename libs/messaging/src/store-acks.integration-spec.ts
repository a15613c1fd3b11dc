import { testNats, type TestServer } from '@hub/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import { errors, headers, type NatsConnection } from '@nats-io/transport-node';
import { connectNats } from './connect-nats.ts';
import { StoreAcks } from './store-acks.ts';

let nats: TestServer;
let connection: NatsConnection;
let acks: StoreAcks;

beforeAll(async () => {
  nats = await testNats();
  connection = await connectNats({ servers: nats.url, name: 'spec' });
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'ROOMY', subjects: ['roomy.*'] });
  await manager.streams.add({ name: 'FULL', subjects: ['full'], max_msgs: 1, discard: 'new' });
  acks = new StoreAcks(connection);
});

afterAll(async () => {
  await connection.close();
  await nats.stop();
});

function store(subject: string, timeoutMs = 2_000): Promise<number> {
  return acks.store(subject, Buffer.from(subject), { headers: headers(), timeoutMs });
}

describe('StoreAcks', () => {
  it('gives each of many at once its own position', async () => {
    const sequences = await Promise.all(Array.from({ length: 200 }, (_, at) => store(`roomy.${at}`)));
    expect(sequences).toEqual(Array.from({ length: 200 }, (_, at) => at + 1));
  });

  it('tells what no stream takes', async () => {
    await expect(store('nobody')).rejects.toBeInstanceOf(errors.NoRespondersError);
  });

  it('tells what the broker refuses', async () => {
    await store('full');
    await expect(store('full')).rejects.toBeInstanceOf(JetStreamApiError);
  });

  it.each([
    ['is no JSON', 'sorry'],
    ['says nothing', ''],
  ])('an answer that %s leaves doubt', async (_, answer) => {
    const subscription = connection.subscribe('odd', { callback: (_error, message) => void message.respond(answer) });
    await expect(store('odd')).rejects.toThrow('is not understood');
    subscription.unsubscribe();
  });

  it('gives up at its deadline, and passes over an ack that comes later', async () => {
    const { promise: asked, resolve } = Promise.withResolvers<() => void>();
    const subscription = connection.subscribe('slow', {
      callback: (_error, message) => resolve(() => message.respond('{"stream":"S","seq":7}')),
    });
    await expect(store('slow', 20)).rejects.toBeInstanceOf(errors.TimeoutError);
    (await asked)();
    await expect(store('roomy.after')).resolves.toBeGreaterThan(0);
    subscription.unsubscribe();
  });

  it('fails without a connection', async () => {
    const closed = await connectNats({ servers: nats.url, name: 'closed' });
    await closed.close();
    const lone = new StoreAcks(closed);
    await expect(lone.store('roomy.x', Buffer.from('x'), { headers: headers(), timeoutMs: 2_000 })).rejects.toThrow();
  });
});

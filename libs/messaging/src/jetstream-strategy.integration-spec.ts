import 'reflect-metadata';
import { DEAD, jsonCodec, type StreamContract } from '@hub/contracts';
import { createLogger, createRegistry, type Registry } from '@hub/telemetry';
import { testNats, type TestServer, until } from '@hub/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { Controller, type INestMicroservice, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { z } from 'zod';
import { connectNats } from './connect-nats.ts';
import { Consume, type BatchHandler, type ConsumeSettings } from './consume.ts';
import { ensureStreams } from './ensure-streams.ts';
import { JetStreamStrategy } from './jetstream-strategy.ts';
import type { Inbound, Outcome } from './outcome.ts';
import { Publisher } from './publisher.ts';

const logger = createLogger('spec', 'silent');
const done: Outcome = { kind: 'done' };

/** Numbers in a stream of its own. */
function numbersIn(stream: string): StreamContract<number> {
  const definition = { name: stream, subjects: [`${stream}.*`], maxAgeMs: 3_600_000, durability: 'fsync' as const };
  return { subject: `${stream}.*`, stream: definition, ...jsonCodec(z.number()) };
}

function controllerOf(
  contract: StreamContract<number>,
  handler: BatchHandler<number>,
  settings: Partial<ConsumeSettings> = {},
): Type {
  @Controller()
  class Numbers {
    @Consume(contract, { durable: 'spec', batch: 10, waitMs: 1_000, ...settings })
    handle(batch: readonly Inbound<number>[]): Promise<readonly Outcome[]> {
      return handler(batch);
    }
  }
  return Numbers;
}

async function consume(
  connection: NatsConnection,
  contract: StreamContract<number>,
  controllers: Type[],
  registry: Registry = createRegistry('spec'),
): Promise<INestMicroservice> {
  @Module({ controllers })
  class Consumers {}
  const strategy = new JetStreamStrategy({ connection, consumes: [contract], logger, registry });
  const app = await NestFactory.createMicroservice(Consumers, { strategy, logger: false });
  await app.listen();
  return app;
}

let nats: TestServer;
let connection: NatsConnection;
let manager: JetStreamManager;
let publisher: Publisher;

beforeAll(async () => {
  nats = await testNats();
  connection = await connectNats({ servers: nats.url, name: 'spec' });
  manager = await jetstreamManager(connection);
  publisher = new Publisher(connection);
});

afterAll(async () => {
  await connection.close();
  await nats.stop();
});

/** Messages of a consumer that are not settled. */
async function unsettled(stream: string): Promise<number> {
  const info = await manager.consumers.info(stream, 'spec');
  return info.num_pending + info.num_ack_pending;
}

describe('JetStreamStrategy', () => {
  it('hands over a message with where it comes from, and settles it', async () => {
    const numbers = numbersIn('ONE');
    const seen: Inbound<number>[] = [];
    const app = await consume(connection, numbers, [
      controllerOf(numbers, (batch) => {
        seen.push(...batch);
        return Promise.resolve(batch.map(() => done));
      }),
    ]);
    const sentAtMs = Date.now();
    await publisher.publish(numbers, ['a'], 0, { traceparent: '00-x-y-01' });
    await until(async () => seen.length === 1 && (await unsettled('ONE')) === 0, { what: 'one settled message' });
    const storedAtMs: unknown = expect.any(Number);
    expect(seen).toEqual([
      { payload: 0, subject: 'ONE.a', sequence: 1, storedAtMs, deliveries: 1, traceparent: '00-x-y-01' },
    ]);
    expect(seen[0]?.storedAtMs).toBeGreaterThanOrEqual(sentAtMs);
    expect(seen[0]?.storedAtMs).toBeLessThanOrEqual(Date.now());
    await app.close();
  });

  it('gives what came in meanwhile as one batch, at most as large as asked for', async () => {
    const numbers = numbersIn('BATCHES');
    const registry = createRegistry('spec');
    const sizes: number[] = [];
    const busy = Promise.withResolvers<void>();
    const app = await consume(
      connection,
      numbers,
      [
        controllerOf(numbers, async (batch) => {
          sizes.push(batch.length);
          await busy.promise;
          return batch.map(() => done);
        }),
      ],
      registry,
    );
    await publisher.publish(numbers, ['a'], 0);
    await until(() => sizes.length === 1, { what: 'a busy handler' });
    for (let n = 1; n <= 25; n++) await publisher.publish(numbers, ['a'], n);
    await until(async () => (await manager.consumers.info('BATCHES', 'spec')).num_pending === 0, { what: 'delivery' });
    busy.resolve();
    await until(async () => (await unsettled('BATCHES')) === 0, { what: 'all settled' });
    expect(sizes).toEqual([1, 10, 10, 5]);
    expect(await registry.metrics()).toContain(
      'consumer_outcomes_total{consumer="spec",kind="done",service="spec"} 26',
    );
    await app.close();
  });

  it('delivers again what is to be retried, and everything when the handler throws', async () => {
    const numbers = numbersIn('AGAIN');
    const deliveries: [number, number][] = [];
    const app = await consume(connection, numbers, [
      controllerOf(numbers, (batch) => {
        deliveries.push(...batch.map(({ payload, deliveries }): [number, number] => [payload, deliveries]));
        if (batch.some(({ payload, deliveries }) => payload === 1 && deliveries === 1))
          throw new Error('database away');
        return Promise.resolve(
          batch.map(({ payload, deliveries }) =>
            payload === 2 && deliveries === 1 ? { kind: 'retry', afterMs: 1 } : done,
          ),
        );
      }),
    ]);
    await publisher.publish(numbers, ['a'], 1);
    await publisher.publish(numbers, ['a'], 2);
    await until(async () => deliveries.length >= 4 && (await unsettled('AGAIN')) === 0, { what: 'second deliveries' });
    expect(deliveries.filter(([, count]) => count === 1).map(([n]) => n)).toEqual([1, 2]);
    expect(
      deliveries
        .filter(([, count]) => count > 1)
        .map(([n]) => n)
        .toSorted((a, b) => a - b),
    ).toContain(1);
    expect(deliveries.some(([n, count]) => n === 2 && count === 2)).toBe(true);
    await app.close();
  });

  it('keeps a message alive while its handler takes longer than the ack wait', async () => {
    const numbers = numbersIn('LONG');
    const counts: number[] = [];
    const app = await consume(connection, numbers, [
      controllerOf(
        numbers,
        async (batch) => {
          counts.push(...batch.map(({ deliveries }) => deliveries));
          const { ack_wait = 0 } = (await manager.consumers.info('LONG', 'spec')).config;
          await new Promise((resolve) => setTimeout(resolve, (ack_wait / 1_000_000) * 3));
          return batch.map(() => done);
        },
        { ackWaitMs: 400 },
      ),
    ]);
    await publisher.publish(numbers, ['a'], 1);
    await until(async () => counts.length > 0 && (await unsettled('LONG')) === 0, { what: 'the long one settled' });
    expect(counts).toEqual([1]);
    await app.close();
  });

  it('keeps what it cannot settle, with the reason and the exact bytes', async () => {
    const numbers = numbersIn('SORRY');
    const app = await consume(connection, numbers, [
      controllerOf(numbers, (batch) => Promise.resolve(batch.map(() => ({ kind: 'deadLetter', reason: 'too small' })))),
    ]);
    const firstDead = (await manager.streams.info(DEAD.name)).state.last_seq + 1;
    connection.publish('SORRY.a', 'not a number');
    await publisher.publish(numbers, ['b'], 7);
    await until(async () => (await unsettled('SORRY')) === 0, { what: 'both settled' });
    const letters = await Promise.all(
      [firstDead, firstDead + 1].map((seq) => manager.streams.getMessage(DEAD.name, { seq })),
    );
    expect(
      letters.map((letter) => [
        letter?.subject,
        letter?.string(),
        letter?.header.get('Hub-Reason'),
        letter?.header.get('Hub-Subject'),
        letter?.header.get('Hub-Sequence'),
      ]),
    ).toEqual([
      ['dead.SORRY', 'not a number', 'unreadable: not JSON', 'SORRY.a', '1'],
      ['dead.SORRY', '7', 'too small', 'SORRY.b', '2'],
    ]);
    await app.close();
  });

  it('does not give up the original while the dead letter cannot be stored', async () => {
    const numbers = numbersIn('STUCK');
    let asked = 0;
    const app = await consume(connection, numbers, [
      controllerOf(
        numbers,
        (batch) => {
          asked += 1;
          return Promise.resolve(batch.map(() => ({ kind: 'deadLetter', reason: 'no use' })));
        },
        { ackWaitMs: 200 },
      ),
    ]);
    const { config } = await manager.streams.info(DEAD.name);
    await manager.streams.update(DEAD.name, { ...config, max_msg_size: 1 });
    await publisher.publish(numbers, ['a'], 12_345);
    await until(() => asked > 1, { what: 'another delivery' });
    expect(await unsettled('STUCK')).toBe(1);
    await manager.streams.update(DEAD.name, config);
    await until(async () => (await unsettled('STUCK')) === 0, { what: 'the dead letter' });
    const letter = await manager.streams.getMessage(DEAD.name, { last_by_subj: 'dead.STUCK' });
    expect(letter?.string()).toBe('12345');
    await app.close();
  });

  it('finishes the batch in hand when it stops, and gives back what waits', async () => {
    const numbers = numbersIn('STOP');
    const seen: number[] = [];
    const busy = Promise.withResolvers<void>();
    const controllers = [
      controllerOf(
        numbers,
        async (batch) => {
          seen.push(...batch.map(({ payload }) => payload));
          await busy.promise;
          return batch.map(() => done);
        },
        { batch: 1 },
      ),
    ];
    const app = await consume(connection, numbers, controllers);
    for (const n of [1, 2]) await publisher.publish(numbers, ['a'], n);
    await until(() => seen.length === 1, { what: 'the first in hand' });
    const closed = app.close();
    busy.resolve();
    await closed;
    expect(seen).toEqual([1]);
    expect(await unsettled('STOP')).toBe(1);
    const next = await consume(connection, numbers, controllers);
    await until(async () => (await unsettled('STOP')) === 0, { what: 'the second, by the next process' });
    expect(seen).toEqual([1, 2]);
    await next.close();
  });

  it('makes its stream and consumer again when they are gone', async () => {
    const numbers = numbersIn('GONE');
    const seen: number[] = [];
    const app = await consume(connection, numbers, [
      controllerOf(numbers, (batch) => {
        seen.push(...batch.map(({ payload }) => payload));
        return Promise.resolve(batch.map(() => done));
      }),
    ]);
    await manager.streams.delete('GONE');
    await until(() => publisher.publish(numbers, ['a'], 5), { what: 'the stream' });
    await until(() => seen.includes(5), { what: 'the message' });
    await app.close();
  });

  it('takes changed settings over', async () => {
    const numbers = numbersIn('CHANGE');
    const handler: BatchHandler<number> = (batch) => Promise.resolve(batch.map(() => done));
    for (const maxAckPending of [5, 7]) {
      const app = await consume(connection, numbers, [controllerOf(numbers, handler, { maxAckPending })]);
      expect((await manager.consumers.info('CHANGE', 'spec')).config.max_ack_pending).toBe(maxAckPending);
      await app.close();
    }
  });

  it.each<[string, (contract: StreamContract<number>) => Type[], string]>([
    ['no handler', () => [], 'LONELY.* has no handler'],
    [
      'two handlers',
      (contract) => [0, 1].map(() => controllerOf(contract, () => Promise.resolve([]))),
      'LONELY.* has two handlers',
    ],
    [
      'a handler of something it does not consume',
      (contract) => [contract, numbersIn('OTHER')].map((each) => controllerOf(each, () => Promise.resolve([]))),
      'OTHER.* has a handler and is not listed',
    ],
  ])('refuses to start with %s', async (_, controllers, problem) => {
    const lonely = numbersIn('LONELY');
    await expect(consume(connection, lonely, controllers(lonely))).rejects.toThrow(problem);
  });
});

describe('a broker killed in mid-flow', () => {
  it('loses nothing it acknowledged, and consumption goes on by itself', async () => {
    const own = await testNats();
    const flow = await connectNats({ servers: own.url, name: 'flow' });
    const numbers = numbersIn('FLOW');
    const seen = new Set<number>();
    const app = await consume(flow, numbers, [
      controllerOf(
        numbers,
        (batch) => {
          for (const { payload } of batch) seen.add(payload);
          return Promise.resolve(batch.map(() => done));
        },
        { ackWaitMs: 1_000 },
      ),
    ]);
    const sender = new Publisher(flow);
    const acknowledged: number[] = [];
    let refused = 0;
    const enough = new AbortController();
    const flowing = (async () => {
      for (let n = 0; !enough.signal.aborted; n++) {
        try {
          await sender.publish(numbers, ['a'], n);
          acknowledged.push(n);
        } catch {
          refused += 1;
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      }
    })();
    await until(() => acknowledged.length > 50, { what: 'a flow' });
    own.kill();
    await until(() => refused > 0, { what: 'a refusal' });
    await own.restart();
    const before = acknowledged.length;
    await until(() => acknowledged.length > before + 50, { what: 'the flow going on', timeoutMs: 20_000 });
    enough.abort();
    await flowing;
    await until(() => acknowledged.every((n) => seen.has(n)), { what: 'everything acknowledged', timeoutMs: 20_000 });
    await app.close();
    await flow.close();
    await own.stop();
  });
});

it('leaves streams as they are when they are right', async () => {
  const { stream } = numbersIn('SAME');
  await ensureStreams(connection, [stream]);
  const before = await manager.streams.info('SAME');
  await ensureStreams(connection, [stream]);
  expect((await manager.streams.info('SAME')).created).toBe(before.created);
});

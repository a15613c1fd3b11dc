import { DEAD, deadLettered, jsonCodec, type StreamContract, type StreamDefinition } from '@hub/contracts';
import { createLogger, createRegistry } from '@hub/telemetry';
import { testNats, type TestServer, until } from '@hub/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { connectNats } from './connect-nats.ts';
import { consumerStates, oldestUnsettled } from './consumer-states.ts';
import { ensureStreams } from './ensure-streams.ts';
import { FairConsumer, type FairHandler } from './fair-consumer.ts';
import type { NatsConnection } from './index.ts';
import { deliveryOf, pullOne } from './pull-one.ts';
import { Publisher } from './publisher.ts';
import { readPage } from './read-page.ts';
import { streamState } from './stream-state.ts';

const HOUR_MS = 3_600_000;

let nats: TestServer;
let connection: NatsConnection;
let serial = 0;
const running: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  nats = await testNats();
  connection = await connectNats({ servers: nats.url, name: 'spec' });
  await ensureStreams(connection, [DEAD]);
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((consumer) => consumer.stop()));
});

afterAll(async () => {
  await connection.close();
  await nats.stop();
});

/** A stream of the spec's own, whose subject has one `*`. */
async function newContract(): Promise<StreamContract<number>> {
  serial += 1;
  const subjects = [`parcels${serial}.>`];
  const stream: StreamDefinition = { name: `PARCELS${serial}`, subjects, maxAgeMs: HOUR_MS, durability: 'fsync' };
  await ensureStreams(connection, [stream]);
  return { subject: `parcels${serial}.slow.*`, stream, ...jsonCodec(z.number()) };
}

const flowOf = (subject: string): string => subject.split('.').at(-1) ?? '';

/** Handles what it is given as told, and remembers it as `flow:payload`. */
async function consume(contract: StreamContract<number>, handler: FairHandler<number>, own = connection) {
  const consumer = new FairConsumer({
    connection: own,
    contract,
    settings: { durablePrefix: 'slow-', quantumBytes: 4, ackWaitMs: 1_000, lookEveryMs: 50 },
    handler,
    logger: createLogger('spec', 'silent'),
    registry: createRegistry('spec'),
  });
  await consumer.start();
  running.push(consumer);
  return consumer;
}

function remembering() {
  const seen: string[] = [];
  const handler: FairHandler<number> = ({ subject, payload }) => {
    seen.push(`${flowOf(subject)}:${payload}`);
    return Promise.resolve({ kind: 'done' });
  };
  return { seen, handler };
}

const publish = (contract: StreamContract<number>, flow: string, payload: number) =>
  new Publisher(connection).publish(contract, [flow], payload);

async function waiting(contract: StreamContract<number>): Promise<number> {
  return (await consumerStates(connection, contract.stream)).reduce((sum, state) => sum + state.waiting, 0);
}

const settled = (contract: StreamContract<number>) =>
  until(async () => (await waiting(contract)) === 0, { what: 'everything settled' });

describe('a fair consumer', () => {
  it('gives each message once, and takes turns between flows however much one has', async () => {
    const contract = await newContract();
    for (let payload = 1; payload <= 60; payload += 1) await publish(contract, 'flood', payload);
    for (let payload = 1; payload <= 3; payload += 1) await publish(contract, 'quiet', payload);
    const { seen, handler } = remembering();
    await consume(contract, handler);
    await until(() => seen.length >= 63, { what: 'all messages' });
    await settled(contract);
    expect(new Set(seen).size).toBe(63);
    expect(seen).toHaveLength(63);
    expect(seen.indexOf('quiet:3')).toBeLessThan(20);
  });

  it('notices what comes later, on flows old and new', async () => {
    const contract = await newContract();
    const { seen, handler } = remembering();
    await consume(contract, handler);
    for (const [at, flow] of ['a', 'b', 'a', 'c', 'b'].entries()) {
      await publish(contract, flow, at);
      await until(() => seen.includes(`${flow}:${at}`), { what: `message ${at}` });
    }
    await settled(contract);
  });

  it('lets a flow that fails rest, while the others go on, and tries it again', async () => {
    const contract = await newContract();
    let failing = true;
    const { seen, handler } = remembering();
    await publish(contract, 'broken', 1);
    for (let payload = 1; payload <= 5; payload += 1) await publish(contract, 'good', payload);
    await consume(contract, async (message) => {
      if (failing && flowOf(message.subject) === 'broken') return { kind: 'retry', afterMs: 20 };
      return handler(message);
    });
    await until(() => seen.length === 5, { what: 'the good ones' });
    failing = false;
    await until(() => seen.includes('broken:1'), { what: 'the other try' });
    await settled(contract);
  });

  it('keeps what nobody can read as a dead letter', async () => {
    const contract = await newContract();
    const { seen, handler } = remembering();
    const before = (await streamState(connection, DEAD)).lastSequence;
    connection.publish(contract.subject.replace('*', 'a'), 'not a number');
    await publish(contract, 'a', 1);
    await consume(contract, handler);
    await until(() => seen.length === 1, { what: 'the good one' });
    await settled(contract);
    const [letter] = (
      await readPage(connection, deadLettered, {
        tokens: [contract.stream.name],
        after: before,
        upTo: before + 1,
        maxMessages: 1,
      })
    ).messages;
    expect(Buffer.from(letter?.payload ?? []).toString()).toBe('not a number');
  });

  it('finds what another process took and never settled', async () => {
    const contract = await newContract();
    const first = remembering();
    const before = await consume(contract, first.handler);
    await publish(contract, 'a', 1);
    await until(() => first.seen.length === 1, { what: 'the first' });
    await settled(contract);
    await before.stop();
    await publish(contract, 'a', 2);
    expect(await pullOne(connection, contract.stream.name, 'slow-a')).toMatchObject({ info: { deliveryCount: 1 } });
    const { seen, handler } = remembering();
    await consume(contract, handler);
    await until(() => seen.length === 1, { what: 'its redelivery' });
    expect(seen).toEqual(['a:2']);
  });

  it('goes on by itself after the broker was killed, and remembers what was settled', async () => {
    const contract = await newContract();
    const own = await connectNats({ servers: nats.url, name: 'own' });
    const { seen, handler } = remembering();
    const consumer = await consume(contract, handler, own);
    await publish(contract, 'a', 1);
    await settled(contract);
    nats.kill();
    await nats.restart();
    await until(() => publish(contract, 'a', 2), { what: 'the broker', timeoutMs: 20_000 });
    await until(() => seen.includes('a:2'), { what: 'the message', timeoutMs: 20_000 });
    await consumer.stop();
    await own.close();
  });
});

describe('the state of consumers', () => {
  it('tells what waits, and since when the oldest does', async () => {
    const contract = await newContract();
    const { handler } = remembering();
    let open = false;
    await publish(contract, 'a', 1);
    await publish(contract, 'b', 2);
    await consume(contract, (message) => (open ? handler(message) : Promise.resolve({ kind: 'retry', afterMs: 30 })));
    const states = await until(
      async () => {
        const found = await consumerStates(connection, contract.stream);
        return found.length === 2 && found;
      },
      { what: 'both consumers' },
    );
    expect(states.map(({ durable, subject, waiting: count }) => ({ durable, subject, count }))).toEqual([
      { durable: 'slow-a', subject: contract.subject.replace('*', 'a'), count: 1 },
      { durable: 'slow-b', subject: contract.subject.replace('*', 'b'), count: 1 },
    ]);
    const oldest = await oldestUnsettled(connection, contract.stream, states);
    expect(Math.abs(Date.now() - (oldest ?? 0))).toBeLessThan(60_000);
    const onlyB = states.filter(({ durable }) => durable === 'slow-b');
    expect(await oldestUnsettled(connection, contract.stream, onlyB)).toBeGreaterThanOrEqual(oldest ?? Infinity);
    open = true;
    await settled(contract);
    const after = await consumerStates(connection, contract.stream);
    expect(await oldestUnsettled(connection, contract.stream, after)).toBeNull();
  });
});

describe('a delivery', () => {
  it.each([
    ['an older broker', '$JS.ACK.INBOX.slow-a.2.17.5.1700000000000000000.9'],
    ['a newer one', '$JS.ACK._.hash.INBOX.slow-a.2.17.5.1700000000000000000.9.xyz'],
  ])('is read as %s writes it', (_, reply) => {
    expect(deliveryOf(reply)).toMatchObject({
      stream: 'INBOX',
      consumer: 'slow-a',
      deliveryCount: 2,
      redelivered: true,
      streamSequence: 17,
      pending: 9,
    });
  });
});

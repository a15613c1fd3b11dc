import { jsonCodec, type StreamContract, type StreamDefinition } from '@hub/contracts';
import { testNats, type TestServer, until } from '@hub/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { connectNats } from './connect-nats.ts';
import { ensureStreams } from './ensure-streams.ts';
import { maxMessageBytes, MessageTooLarge, Publisher } from './publisher.ts';
import { readPage } from './read-page.ts';
import { streamState } from './stream-state.ts';
import { tail, type Tailed, type TailOptions } from './tail.ts';

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

function definitionOf(name: string, durability: 'fsync' | 'async' = 'fsync'): StreamDefinition {
  return { name, subjects: [`${name}.*`], maxAgeMs: 3_600_000, durability };
}

async function wordsIn(name: string): Promise<StreamContract<string>> {
  const stream = definitionOf(name);
  await ensureStreams(connection, [stream]);
  return { subject: `${name}.*`, stream, ...jsonCodec(z.string()) };
}

/** Follows a stream into an array, from when it is known to follow. */
function collect(contract: StreamContract<string>, options?: TailOptions, from = connection) {
  const found: Tailed<string>[] = [];
  const following = tail(from, contract, options);
  const ended = (async () => {
    for await (const message of following) found.push(message);
  })();
  return { found, ended, stop: () => following.stop() };
}

describe('ensureStreams', () => {
  it('may run in several processes at once', async () => {
    const streams = [definitionOf('MANY_A'), definitionOf('MANY_B', 'async')];
    await Promise.all(Array.from({ length: 5 }, () => ensureStreams(connection, streams)));
    expect((await manager.streams.info('MANY_A')).config).toMatchObject({ storage: 'file', discard: 'new' });
    expect((await manager.streams.info('MANY_B')).config).toMatchObject({ persist_mode: 'async', discard: 'old' });
  });

  it('updates a stream whose definition changed, and keeps what is in it', async () => {
    const words = await wordsIn('CHANGED');
    await publisher.publish(words, ['a'], 'kept');
    await ensureStreams(connection, [{ ...words.stream, maxAgeMs: 7_200_000 }]);
    const { config, state } = await manager.streams.info('CHANGED');
    expect([config.max_age, state.messages]).toEqual([7_200_000 * 1_000_000, 1]);
  });
});

describe('Publisher', () => {
  it('gives the position of what is stored', async () => {
    const words = await wordsIn('POSITION');
    expect(await streamState(connection, words.stream)).toMatchObject({ firstSequence: 0, lastSequence: 0 });
    expect(await publisher.publish(words, ['a'], 'one')).toEqual({ sequence: 1 });
    expect(await publisher.publish(words, ['b'], 'two')).toEqual({ sequence: 2 });
    expect(await streamState(connection, words.stream)).toMatchObject({ firstSequence: 1, lastSequence: 2 });
  });

  it('refuses what could never be stored', async () => {
    const words = await wordsIn('REFUSED');
    const large = 'x'.repeat(maxMessageBytes(connection));
    await expect(publisher.publish(words, ['a'], large)).rejects.toThrow(MessageTooLarge);
    await expect(publisher.publish(words, ['a.b'], 'x')).rejects.toThrow(RangeError);
  });

  it('says when no stream takes it', async () => {
    const nowhere = { ...(await wordsIn('SOMEWHERE')), subject: 'nowhere.*' };
    await expect(publisher.publish(nowhere, ['a'], 'x')).rejects.toThrow('no responders');
  });
});

describe('tail', () => {
  it('gives what comes from now on, of all tokens', async () => {
    const words = await wordsIn('NEW');
    await publisher.publish(words, ['a'], 'before');
    const { found, ended, stop } = collect(words);
    await until(
      async () => {
        await publisher.publish(words, ['b'], 'after');
        return found.length > 0;
      },
      { what: 'a message' },
    );
    expect(found[0]).toMatchObject({ tokens: ['b'], payload: 'after', traceparent: null });
    stop();
    await ended;
  });

  it('resumes after a sequence, with the tokens asked for, passing over what it cannot read', async () => {
    const words = await wordsIn('RESUME');
    for (const [token, word] of [
      ['a', 'one'],
      ['a', 'two'],
      ['b', 'three'],
    ] as const) {
      await publisher.publish(words, [token], word);
    }
    connection.publish('RESUME.a', 'not JSON');
    await publisher.publish(words, ['a'], 'four', { traceparent: '00-x-y-01', receivedAtMs: 7 });
    const { found, ended, stop } = collect(words, { tokens: ['a'], after: 1 });
    await until(() => found.length === 2, { what: 'two words' });
    expect(found).toEqual([
      { sequence: 2, tokens: ['a'], payload: 'two', traceparent: null, receivedAtMs: null },
      { sequence: 5, tokens: ['a'], payload: 'four', traceparent: '00-x-y-01', receivedAtMs: 7 },
    ]);
    stop();
    await ended;
  });

  it('has a message that was sent twice under one id once', async () => {
    const words = await wordsIn('TWICE');
    const sequences = [];
    for (const messageId of ['m-1', 'm-1', 'm-2']) {
      sequences.push((await publisher.publish(words, ['a'], 'word', { messageId })).sequence);
    }
    expect(sequences).toEqual([1, 1, 2]);
  });

  it.each([
    ['after it got something', true],
    ['before it got anything', false],
  ])('goes on where it was when the broker is killed %s', async (_, something) => {
    const own = await testNats();
    const flow = await connectNats({ servers: own.url, name: 'flow' });
    const stream = definitionOf('KILLED');
    const words: StreamContract<string> = { subject: 'KILLED.*', stream, ...jsonCodec(z.string()) };
    await ensureStreams(flow, [stream]);
    const sender = new Publisher(flow);
    await sender.publish(words, ['a'], 'old');
    const { found, ended, stop } = collect(words, { after: 1 }, flow);
    const sent: string[] = [];
    if (something) {
      await sender.publish(words, ['a'], 'first');
      sent.push('first');
      await until(() => found.length === 1, { what: 'the first' });
    }
    own.kill();
    await own.restart();
    await until(() => sender.publish(words, ['a'], 'second'), { what: 'a publish', timeoutMs: 20_000 });
    await until(() => found.some(({ payload }) => payload === 'second'), { what: 'the second', timeoutMs: 20_000 });
    expect(found.map(({ payload }) => payload)).toEqual([...sent, 'second']);
    stop();
    await ended;
    await flow.close();
    await own.stop();
  });
});

describe('readPage', () => {
  it('gives what is there, page by page, up to where it was asked', async () => {
    const words = await wordsIn('PAGES');
    for (const [token, word] of [
      ['a', 'one'],
      ['a', 'two'],
      ['b', 'three'],
      ['a', 'four'],
      ['a', 'five'],
    ] as const) {
      await publisher.publish(words, [token], word);
    }
    const page = async (after: number, upTo: number, maxMessages: number) => {
      const { messages, upTo: seen } = await readPage(connection, words, { tokens: ['a'], after, upTo, maxMessages });
      return [messages.map(({ payload }) => payload), seen];
    };
    expect(await page(0, 5, 2)).toEqual([['one', 'two'], 2]);
    expect(await page(2, 4, 9)).toEqual([['four'], 4]);
    expect(await page(5, 5, 9)).toEqual([[], 5]);
  });
});

describe('a broker that is away', () => {
  it('fails publishes and health at once, and is used again when it is back', async () => {
    const own = await testNats();
    const flow = await connectNats({ servers: own.url, name: 'flow' });
    const stream = definitionOf('AWAY');
    const words: StreamContract<string> = { subject: 'AWAY.*', stream, ...jsonCodec(z.string()) };
    await ensureStreams(flow, [stream]);
    const sender = new Publisher(flow);
    await own.pause();
    await expect(sender.publish(words, ['a'], 'lost')).rejects.toThrow('nats is unavailable');
    await expect(streamState(flow, stream)).rejects.toThrow('nats is unavailable');
    await own.restart();
    await until(() => sender.publish(words, ['a'], 'kept'), { what: 'a publish', timeoutMs: 20_000 });
    await flow.close();
    await own.stop();
  });
});

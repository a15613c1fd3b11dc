import { createBreaker } from '@hub/resilience';
import { createLogger, createRegistry } from '@hub/telemetry';
import { until } from '@hub/testkit';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Feed } from './feed.ts';
import { History } from './history.ts';
import { RealtimeMetrics } from './metrics.ts';
import type { ScoreMessage, ScoreStream } from './score-stream.ts';

/** A broker whose stream can be changed behind the feed's back. */
class StubStream implements ScoreStream {
  log: ScoreMessage[] = [];
  #lose = Promise.withResolvers<void>();

  publish(text: string): void {
    this.log.push({
      tenantId: 'maple',
      sequence: this.log.length + 1,
      leadsJson: Buffer.from(`["${text}"]`),
      receivedAtMs: null,
      traceparent: null,
    });
  }

  /** Ends the connection that is followed. */
  lose(): void {
    this.#lose.resolve();
    this.#lose = Promise.withResolvers();
  }

  async bounds() {
    return { firstSequence: 1, lastSequence: this.log.length };
  }

  async *follow(after: number, signal: AbortSignal) {
    if (signal.aborted) return;
    const lost = this.#lose.promise;
    yield* this.log.slice(after);
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    await Promise.race([lost, aborted]);
  }

  async read(tenantId: string, after: number, upTo: number) {
    const messages = this.log.filter(
      (message) => message.tenantId === tenantId && message.sequence > after && message.sequence <= upTo,
    );
    return { messages, upTo };
  }
}

const limits = { maxFramesPerTenant: 100, maxBytesPerTenant: 1e6, maxBytes: 1e6 };
let stopFeed = async (): Promise<void> => undefined;
afterEach(() => stopFeed());

async function follow(stream: StubStream) {
  const heard: string[] = [];
  const history = new History(limits);
  const logger = createLogger('test', 'silent');
  const metrics = new RealtimeMetrics(createRegistry('test'));
  const feed = new Feed(stream, createBreaker({ name: 'test', timeoutMs: 1_000 }), history, metrics, logger);
  const running = feed.run({
    frame: (frame) => heard.push(`${frame.sequence}`),
    startedOver: () => heard.push('started over'),
    liveChanged: (live) => heard.push(live ? 'live' : 'not live'),
  });
  stopFeed = async () => {
    feed.stop();
    await running;
  };
  await feed.ready;
  return { heard, feed, history };
}

describe('the feed', () => {
  it('is ready when it has read what was there', async () => {
    const stream = new StubStream();
    for (const text of ['a', 'b', 'c']) stream.publish(text);
    const { history, feed } = await follow(stream);
    expect(history.head).toBe(3);
    expect(feed.behind).toBe(0);
  });

  it('goes on where it was when the broker comes back with all it had', async () => {
    const stream = new StubStream();
    stream.publish('a');
    const { heard } = await follow(stream);
    stream.publish('b');
    stream.lose();
    await until(() => heard.includes('2'), { what: 'what came meanwhile' });
    expect(heard).not.toContain('started over');
  });

  it('starts over when the broker lost its end and gave the sequences to other messages', async () => {
    const stream = new StubStream();
    for (const text of ['a', 'b']) stream.publish(text);
    const { heard, history } = await follow(stream);
    stream.log = stream.log.slice(0, 1);
    for (const text of ['other', 'more']) stream.publish(text);
    stream.lose();
    await until(() => heard.includes('started over'), { what: 'the start over' });
    expect(history.head).toBe(3);
  });

  it('stops also while it is still starting', async () => {
    const stream = new StubStream();
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    stream.bounds = async () => {
      asked.resolve();
      await answer.promise;
      return { firstSequence: 1, lastSequence: 0 };
    };
    const started = follow(stream);
    await asked.promise;
    const stopped = stopFeed();
    answer.resolve();
    await Promise.all([started, stopped]);
  });

  it('passes over a message that would break the screens’ streams', async () => {
    const stream = new StubStream();
    stream.publish('a');
    stream.log.push({
      tenantId: 'maple',
      sequence: 2,
      leadsJson: Buffer.from('[\n]'),
      receivedAtMs: null,
      traceparent: null,
    });
    stream.publish('c');
    const { heard } = await follow(stream);
    expect(heard.filter((entry) => /^\d+$/.test(entry))).toEqual(['1', '3']);
  });
});

import { createLogger, createRegistry, NoTracing } from '@hub/telemetry';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Frame } from './frame.ts';
import { History } from './history.ts';
import { Join } from './join.ts';
import { RealtimeMetrics } from './metrics.ts';
import { recordingLine } from './recording-line-for-spec.ts';
import type { ScoreMessage, ScoreStream } from './score-stream.ts';
import { Screen } from './screen.ts';
import { Screens } from './screens.ts';

const LIMITS = { maxUnsentBytes: 1e9, maxWaitingLeads: 1e9, maxFullMs: 1e9 };

/** A stream, a feed that has read part of it, and one screen; the feed moves on whenever the screen waits. */
function world(tenants: readonly string[], read: number, options: { memory: number; page: number; strides: number[] }) {
  const log: ScoreMessage[] = tenants.map((tenantId, at) => ({
    tenantId,
    sequence: at + 1,
    leadsJson: Buffer.from('[]'),
    receivedAtMs: null,
    traceparent: null,
  }));
  const metrics = new RealtimeMetrics(createRegistry('test'));
  const history = new History({ maxFramesPerTenant: options.memory, maxBytesPerTenant: 1e6, maxBytes: 1e6 });
  const screens = new Screens(
    { maxScreens: 10, maxScreensPerUser: 10 },
    { metrics, tally: { pushed: () => undefined }, tracing: new NoTracing(), nowMs: () => 0 },
  );
  const advance = (count: number): void => {
    for (const message of log.slice(history.head, history.head + count)) {
      const frame = Frame.from(message);
      if (frame === null) throw new Error('not a frame');
      history.append(frame);
      screens.push(frame);
    }
  };
  const strides = [...options.strides];
  const stream: ScoreStream = {
    bounds: async () => {
      advance(strides.shift() ?? 0);
      return { firstSequence: 1, lastSequence: log.length };
    },
    follow: () => {
      throw new Error('the spec moves the feed itself');
    },
    read: async (tenantId, after, upTo) => {
      advance(strides.shift() ?? 0);
      const found = log.filter((m) => m.tenantId === tenantId && m.sequence > after && m.sequence <= upTo);
      const messages = found.slice(0, options.page);
      return { messages, upTo: messages.length === found.length ? upTo : (messages.at(-1)?.sequence ?? upTo) };
    },
  };
  const logger = createLogger('test', 'silent');
  const feed = {
    ready: Promise.resolve(),
    bounds: () => stream.bounds(),
  };
  const join = new Join(stream, feed, history, metrics, logger, (screen) => {
    screen.notify({ type: 'hello', serverNowMs: 0, sequence: screen.position, live: true });
  });
  advance(read);
  const open = (after: number) => {
    const line = recordingLine();
    const viewer = { tenantId: 'a', userId: 'u', sessionExpiresAtMs: 1e15 };
    const screen = new Screen(line, viewer, after, { limits: LIMITS, metrics, nowMs: () => 0 });
    screens.add(screen);
    return { line, screen };
  };
  return { log, history, screens, join, advance, open };
}

const tenantsOf = fc.array(fc.constantFrom('a', 'a', 'b'), { minLength: 1, maxLength: 60 });

describe('joining the live edge', () => {
  it('gives each sequence once and ascending, wherever memory ends and however fast the stream moves', async () => {
    await fc.assert(
      fc.asyncProperty(
        tenantsOf,
        fc.record({
          readShare: fc.double({ min: 0, max: 1, noNaN: true }),
          afterShare: fc.double({ min: 0, max: 1, noNaN: true }),
          memory: fc.integer({ min: 0, max: 6 }),
          page: fc.integer({ min: 1, max: 5 }),
          strides: fc.array(fc.nat({ max: 5 }), { maxLength: 20 }),
        }),
        async (tenants, { readShare, afterShare, ...options }) => {
          const { log, screens, join, advance, open } = world(tenants, Math.round(tenants.length * readShare), options);
          const after = Math.round(tenants.length * afterShare);
          const { line, screen } = open(after);
          await join.run(screen, after);
          advance(log.length);
          screens.flush();
          const owed = log.filter((m) => m.tenantId === 'a' && m.sequence > after).map((m) => m.sequence);
          expect(line.sequences()).toEqual(owed);
        },
      ),
    );
  });

  it('begins with what comes next when no sequence is given', async () => {
    const { screens, join, advance, open } = world(['a', 'a', 'a'], 2, { memory: 9, page: 9, strides: [] });
    const { line, screen } = open(0);
    await join.run(screen, null);
    advance(1);
    screens.flush();
    expect(line.sent().map(({ type, id }) => [type, id])).toEqual([
      ['hello', 2],
      ['scores', 3],
    ]);
  });

  it('tells a screen to start over whose sequence the stream never reached', async () => {
    const { screens, join, advance, open } = world(['a', 'a', 'a'], 2, { memory: 9, page: 9, strides: [] });
    const { line, screen } = open(99);
    await join.run(screen, 99);
    advance(1);
    screens.flush();
    expect(line.sent()).toMatchObject([
      { type: 'hello', id: 99 },
      { type: 'reset', id: 2, data: { reason: 'unknownSequence' } },
      { type: 'scores', id: 3 },
    ]);
  });

  it('gives up on a screen that left', async () => {
    const { join, open } = world(['a', 'a', 'a'], 3, { memory: 0, page: 1, strides: [] });
    const { line, screen } = open(0);
    line.recording.destroy();
    await join.run(screen, 0);
    expect(line.sent()).toEqual([]);
  });
});

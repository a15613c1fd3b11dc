import { describe, expect, it } from '@jest/globals';
import { afterLoss, afterMessage, freshnessOf, type Link, SILENCE_MS, UNCONNECTED } from './link.ts';
import type { StreamMessage } from './messages.ts';

const hello: StreamMessage = { kind: 'hello', sequence: 5, serverNowMs: 0, live: true };
const scores: StreamMessage = { kind: 'scores', sequence: 6, rows: [] };
const reset: StreamMessage = { kind: 'reset', sequence: 90 };
const beat = (behind: number, live = true): StreamMessage => ({
  kind: 'beat',
  sequence: 6,
  serverNowMs: 0,
  behind,
  live,
});

/** The messages, one every 100 ms, the first at 1,000. */
function after(...messages: readonly StreamMessage[]): Link {
  return messages.reduce((link, message, index) => afterMessage(link, message, 1_000 + 100 * index), UNCONNECTED);
}

describe('the mark of freshness', () => {
  it('claims nothing before the stream has spoken', () => {
    expect(freshnessOf(UNCONNECTED, true, 0)).toEqual({ kind: 'connecting' });
  });

  it('is not live on a hello alone: the newest score may be far ahead', () => {
    expect(freshnessOf(after(hello), true, 1_000)).toEqual({ kind: 'catchingUp', behind: null });
  });

  it('is live once a beat says that nothing is missing, with the age of the last word', () => {
    expect(freshnessOf(after(hello, beat(0)), true, 1_500)).toEqual({ kind: 'live', ageMs: 400 });
    expect(freshnessOf(after(hello, beat(0), scores), true, 1_500)).toEqual({ kind: 'live', ageMs: 300 });
  });

  it('says how far behind, counts down with every message, and becomes live by a beat only', () => {
    expect(freshnessOf(after(hello, beat(12)), true, 1_100)).toEqual({ kind: 'catchingUp', behind: 12 });
    expect(freshnessOf(after(hello, beat(12), scores), true, 1_200)).toEqual({ kind: 'catchingUp', behind: 11 });
    expect(freshnessOf(after(hello, beat(1), scores), true, 1_200)).toEqual({ kind: 'catchingUp', behind: 1 });
    expect(freshnessOf(after(hello, beat(1), scores, beat(0)), true, 1_300)).toMatchObject({ kind: 'live' });
  });

  it('is not live while pages of the list are missing, nor after a reset', () => {
    expect(freshnessOf(after(hello, beat(0)), false, 1_100)).toEqual({ kind: 'catchingUp', behind: null });
    expect(freshnessOf(after(hello, beat(0), reset), true, 1_200)).toEqual({ kind: 'catchingUp', behind: null });
  });

  it('is offline since everything was last current, not since that was noticed', () => {
    const lost = afterLoss(after(hello, beat(0), scores, beat(3)));
    expect(freshnessOf(lost, true, 60_000)).toEqual({ kind: 'offline', sinceMs: 1_200 });
  });

  it('is offline when the server cannot read its own stream', () => {
    expect(freshnessOf(after(hello, beat(0), beat(0, false)), true, 1_200)).toEqual({
      kind: 'offline',
      sinceMs: 1_100,
    });
  });

  it('is not live by a score that comes before the server says that it can read again', () => {
    const unread = after(hello, beat(0), beat(0, false), scores);
    expect(freshnessOf(unread, true, 1_300)).toEqual({ kind: 'catchingUp', behind: null });
  });

  it('is offline after a silence, though no error came', () => {
    const quiet = after(hello, beat(0));
    expect(freshnessOf(quiet, true, 1_100 + SILENCE_MS)).toMatchObject({ kind: 'live' });
    expect(freshnessOf(quiet, true, 1_101 + SILENCE_MS)).toEqual({ kind: 'offline', sinceMs: 1_100 });
  });

  it('is offline without a time when nothing was ever current', () => {
    expect(freshnessOf(afterLoss(UNCONNECTED), true, 5_000)).toEqual({ kind: 'offline', sinceMs: null });
  });

  it('catches up again after the way back', () => {
    const back = afterMessage(afterLoss(after(hello, beat(0))), hello, 9_000);
    expect(freshnessOf(back, true, 9_000)).toEqual({ kind: 'catchingUp', behind: null });
  });
});

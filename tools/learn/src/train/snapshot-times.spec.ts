import { describe, expect, it } from '@jest/globals';
import { DAY_MS, HOUR_MS, START_MS, told } from './told.for-spec.ts';
import { snapshotTimes } from './snapshot-times.ts';

const FAR_MS = START_MS + 10_000 * DAY_MS;

describe('snapshotTimes', () => {
  it('looks at a silent lead by the clock for two years', () => {
    const days = snapshotTimes([told('lead.created', 0)], FAR_MS).map((atMs) => (atMs - START_MS) / DAY_MS);
    expect(days.slice(0, 9)).toEqual([1 / 24, 1, 3, 7, 14, 30, 60, 90, 120]);
    expect(days.at(-1)).toBe(720);
  });

  it('looks when we hear of the 1st, 2nd, 4th and 8th touch, and of nothing else', () => {
    const touches = Array.from({ length: 9 }, (_, index) => told('message', 0.1 * (index + 1), 5_000));
    const events = [told('lead.created', 0), told('email.opened', 0.05), ...touches];
    const heard = snapshotTimes(events, START_MS + 0.99 * DAY_MS).filter((atMs) => atMs !== START_MS + HOUR_MS);
    expect(heard).toEqual([0.1, 0.2, 0.4, 0.8].map((days) => Math.round(START_MS + days * DAY_MS) + 5_000));
  });

  it('is the same for any order of events, rises, and ends with the log', () => {
    const events = [told('lead.created', 0), told('message', 2), told('message', 1), told('message', 1)];
    const times = snapshotTimes(events, START_MS + 20 * DAY_MS);
    expect(snapshotTimes(events.toReversed(), START_MS + 20 * DAY_MS)).toEqual(times);
    expect([...new Set(times)].toSorted((a, b) => a - b)).toEqual(times);
    expect(times.at(-1)).toBe(START_MS + 14 * DAY_MS);
  });

  it('has nothing to look at without events, or before they end', () => {
    expect(snapshotTimes([], FAR_MS)).toEqual([]);
    expect(snapshotTimes([told('lead.created', 0)], START_MS)).toEqual([]);
  });
});

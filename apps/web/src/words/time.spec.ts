import { describe, expect, it } from '@jest/globals';
import { ageWords, agoWords, clockWords, dayWords, freshnessWords } from './time.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

describe('ageWords', () => {
  it.each([
    [-5_000, 'now'],
    [999, 'now'],
    [1_000, '1 s'],
    [59_999, '59 s'],
    [MINUTE_MS, '1 min'],
    [HOUR_MS - 1, '59 min'],
    [HOUR_MS, '1 h'],
    [2 * DAY_MS - 1, '47 h'],
    [2 * DAY_MS, '2 d'],
    [400 * DAY_MS, '400 d'],
  ])('says %d ms as %s, never more than has passed', (ageMs, words) => {
    expect(ageWords(ageMs)).toBe(words);
  });

  it('says "just now" within a sentence', () => {
    expect(agoWords(10)).toBe('just now');
    expect(agoWords(3 * MINUTE_MS)).toBe('3 min ago');
  });
});

describe('freshnessWords', () => {
  it.each([
    [-20, '0.0 s'],
    [449, '0.4 s'],
    [9_999, '9.9 s'],
    [10_000, '10 s'],
    [61_000, '1 min'],
  ])('says %d ms as %s', (ageMs, words) => {
    expect(freshnessWords(ageMs)).toBe(words);
  });
});

describe('days', () => {
  const now = new Date(2026, 10, 24, 0, 30).getTime();

  it.each([
    [new Date(2026, 10, 24, 0, 1), 'Today'],
    [new Date(2026, 10, 23, 23, 59), 'Yesterday'],
    [new Date(2026, 10, 23, 0, 0), 'Yesterday'],
    [new Date(2026, 10, 22, 23, 59), 'Sun 22 Nov'],
    [new Date(2025, 10, 24), '24 Nov 2025'],
  ])('names %s by the calendar, not by hours passed', (at, words) => {
    expect(dayWords(at.getTime(), now)).toBe(words);
  });

  it('reads the clock with two digits', () => {
    expect(clockWords(new Date(2026, 10, 24, 9, 5).getTime())).toBe('09:05');
  });
});

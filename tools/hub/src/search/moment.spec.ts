import { describe, expect, it } from '@jest/globals';
import { UsageError } from '../usage-error.ts';
import { momentMs } from './moment.ts';

const NOW = Date.parse('2026-12-02T12:00:00Z');

describe('a moment', () => {
  it.each([
    ['90s', NOW - 90_000],
    ['30min', NOW - 1_800_000],
    ['2h', NOW - 7_200_000],
    ['7d', NOW - 604_800_000],
    ['2026-12-01', Date.parse('2026-12-01T00:00:00Z')],
    ['2026-12-01T08:00Z', Date.parse('2026-12-01T08:00:00Z')],
    ['2026-12-01T08:00:30.5+02:00', Date.parse('2026-12-01T06:00:30.500Z')],
  ])('is read from %s', (text, atMs) => expect(momentMs('since', text, NOW)).toBe(atMs));

  it.each(['', '2', 'h', '2 h', '2m', 'yesterday', '2026-12-01T08:00', '2026-13-01', '01.12.2026', '1e3s'])(
    'is not guessed from %j',
    (text) => {
      expect(() => momentMs('since', text, NOW)).toThrow(UsageError);
      expect(() => momentMs('since', text, NOW)).toThrow('--since');
    },
  );
});

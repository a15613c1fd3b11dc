import { describe, expect, it } from '@jest/globals';
import { nameWords, originWords } from './model.ts';

const hash = '3f9a02bc'.padEnd(64, '0');
const prior = { kind: 'prior', version: null, hash, learned: null } as const;

describe('a model in words', () => {
  it('says what it learned from and what it was checked on', () => {
    const learned = {
      leads: 12_430,
      untilMs: Date.UTC(2026, 9, 3, 12),
      checkedLeads: 2_310,
      checkedUntilMs: Date.UTC(2026, 10, 24, 12),
    };
    expect(originWords({ kind: 'learned', version: 'conversion-7', hash, learned })).toBe(
      'learned from 12,430 leads up to 3 Oct 2026, checked on 2,310 leads up to 24 Nov 2026',
    );
    expect(originWords({ kind: 'learned', version: null, hash, learned: null })).toBe('learned from outcomes');
  });

  it('says that a prior was set by hand', () => {
    expect(originWords(prior)).toBe('hand-set prior');
  });

  it('has a short name', () => {
    expect(nameWords(prior)).toBe('3f9a02bc');
    expect(nameWords({ ...prior, version: 'conversion-7' })).toBe('conversion-7 · 3f9a02bc');
  });
});

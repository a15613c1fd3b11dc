import { describe, expect, it } from '@jest/globals';
import { in100, oddsWords, rangeWords } from './odds.ts';

describe('odds', () => {
  it.each([
    [0, '<1', 'under 1 in 100'],
    [0.0049, '<1', 'under 1 in 100'],
    [0.005, '1', '1 in 100'],
    [0.18, '18', '18 in 100'],
    [0.994, '99', '99 in 100'],
    [0.995, '>99', 'over 99 in 100'],
    [1, '>99', 'over 99 in 100'],
  ])('says %d as %s', (probability, short, words) => {
    expect(in100(probability)).toBe(short);
    expect(oddsWords(probability)).toBe(words);
  });
});

describe('rangeWords', () => {
  it.each([
    [0.04, 0.09, 'between 4 and 9 in 100'],
    [0.001, 0.2, 'between under 1 and 20 in 100'],
    [0.061, 0.064, 'close to 6 in 100'],
  ])('writes %d to %d as "%s"', (low, high, words) => {
    expect(rangeWords({ low, high })).toBe(words);
  });
});

import { describe, expect, it } from '@jest/globals';
import { in100, oddsWords } from './odds.ts';

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

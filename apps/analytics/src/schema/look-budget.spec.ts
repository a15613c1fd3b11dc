import { describe, expect, it } from '@jest/globals';
import { LookBudget } from './look-budget.ts';

function weights(count: number): number[] {
  const budget = new LookBudget();
  return Array.from({ length: count }, () => budget.weightOf('ghl', 1_000));
}

describe('which bodies are looked at', () => {
  it('are all while few come', () => {
    expect(weights(50)).toEqual(Array.from({ length: 50 }, () => 1));
  });

  it('are one in 20 beyond, each standing for those passed over', () => {
    const many = weights(5_050);
    expect(many.filter((weight) => weight > 0)).toHaveLength(50 + 250);
    expect(many.reduce((sum, weight) => sum + weight)).toBe(5_050);
  });

  it('are counted anew each second and for each source', () => {
    const budget = new LookBudget();
    for (let at = 0; at < 60; at += 1) budget.weightOf('ghl', 1_000);
    expect(budget.weightOf('ghl', 1_999)).toBe(0);
    expect(budget.weightOf('other', 1_999)).toBe(1);
    expect(budget.weightOf('ghl', 2_000)).toBe(1);
  });
});

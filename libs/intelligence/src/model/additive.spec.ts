import { describe, expect, it } from '@jest/globals';
import { FEATURES } from '../features/table.ts';
import { type AdditiveModel, type Shape } from './additive.ts';
import { twinOf } from './twin.ts';

const index = FEATURES.findIndex(({ name }) => name === 'attempts');

function modelWith(shape: Shape): AdditiveModel {
  return { name: 'conversion', version: 't', kind: 'prior', target: 't', intercept: -1, shapes: { attempts: shape } };
}

function contributionOf(shape: Shape, x: number): number | undefined {
  return twinOf(modelWith(shape)).decide(new Float64Array(FEATURES.length).fill(x)).contributions[index];
}

const shape: Shape = {
  neutral: 2,
  knots: [
    [0, 0.4],
    [2, 0],
    [4, -1],
    [8, -2],
  ],
  missing: 0.25,
  reason: 'for this spec',
};

describe('an additive model', () => {
  it.each([
    [-5, 0.4],
    [0, 0.4],
    [1, 0.2],
    [2, 0],
    [3, -0.5],
    [4, -1],
    [6, -1.5],
    [8, -2],
    [1e12, -2],
    [Number.NaN, 0.25],
  ])('at %d contributes %d: straight between knots, flat outside, its own value when missing', (x, expected) => {
    expect(contributionOf(shape, x)).toBeCloseTo(expected, 12);
  });

  it('contributes exactly 0 at the neutral value', () => {
    expect(contributionOf(shape, 2)).toBe(0);
  });

  it('refuses a shape that is not 0 at its neutral value', () => {
    expect(() => twinOf(modelWith({ ...shape, neutral: 1 }))).toThrow('conversion.attempts: no knot at (1, 0)');
  });

  it('refuses knots that do not rise', () => {
    const folded: Shape = {
      ...shape,
      knots: [
        [2, 0],
        [2, 1],
      ],
    };
    expect(() => twinOf(modelWith(folded))).toThrow('knots must rise');
  });
});

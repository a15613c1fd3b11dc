import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { reasonsOf, sigmoid, topReasons } from './decision.ts';
import { FEATURES } from './features/table.ts';
import { type Decision, sumOf } from './model/decisions.ts';
import { termsOf } from './model/learned.ts';

const terms = termsOf({ features: FEATURES.map(({ name }) => name), pairs: [] });

describe('reasonsOf', () => {
  it('gives what moved the score, strongest first, with missing values as null', () => {
    const contributions = new Float64Array(terms.length);
    const features = new Float64Array(FEATURES.length).fill(7);
    contributions.set([0.25, 0, -0.75, 0.5]);
    features[3] = Number.NaN;
    contributions[terms.indexOf('tenant')] = 0.125;
    expect(reasonsOf({ logit: 0, intercept: 0, terms, contributions, range: null }, features)).toEqual([
      { feature: FEATURES[2].name, value: 7, contribution: -0.75 },
      { feature: FEATURES[3].name, value: null, contribution: 0.5 },
      { feature: FEATURES[0].name, value: 7, contribution: 0.25 },
      { feature: 'tenant', value: null, contribution: 0.125 },
    ]);
  });

  it('leaves out only what adds nothing, so that reasons and intercept make the score', () => {
    const contributions = Float64Array.from(terms, (_, index) => (index % 3 === 0 ? 0 : index / 64));
    const decision: Decision = { logit: 0, intercept: -3, terms, contributions, range: null };
    const sum = reasonsOf(decision, contributions).reduce((total, reason) => total + reason.contribution, -3);
    expect(sum).toBe(sumOf(-3, contributions));
  });
});

describe('topReasons', () => {
  const sizes = fc.array(fc.oneof(fc.constantFrom(0, -0, 0.5, -0.5), fc.double({ min: -2, max: 2, noNaN: true })), {
    minLength: terms.length,
    maxLength: terms.length,
  });
  const unknown = new Float64Array(FEATURES.length).fill(Number.NaN);
  const decisionOf = (values: readonly number[]): Decision => ({
    logit: 0,
    intercept: 0,
    terms,
    contributions: Float64Array.from(values),
    range: null,
  });

  it('are the first of all reasons, but for the last where it speaks against the rest', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 2, max: terms.length }), (values, atMost) => {
        const all = reasonsOf(decisionOf(values), unknown);
        const top = topReasons(decisionOf(values), unknown, atMost);
        expect(top.length).toBe(Math.min(atMost, all.length));
        const first = all.slice(0, atMost);
        const raises = (reason: { readonly contribution: number }): boolean => reason.contribution > 0;
        const others = all.filter((reason) => raises(reason) !== (first[0] !== undefined && raises(first[0])));
        if (first.some((reason) => others.includes(reason)) || others.length === 0) expect(top).toEqual(first);
        else expect(top).toEqual([...first.slice(0, -1), others[0]]);
      }),
    );
  });

  it('tell the values of both features of a pair', () => {
    const [first, second] = [FEATURES[0].name, FEATURES[2].name];
    const withPair = [...FEATURES.map(({ name }) => name), `${first} × ${second}`];
    const contributions = new Float64Array(withPair.length);
    contributions[FEATURES.length] = -0.5;
    const features = new Float64Array(FEATURES.length).fill(Number.NaN);
    features[2] = 7;
    const decision: Decision = { logit: 0, intercept: 0, terms: withPair, contributions, range: null };
    expect(topReasons(decision, features, 3)).toEqual([
      { feature: `${first} × ${second}`, value: null, contribution: -0.5, values: [null, 7] },
    ]);
  });
});

describe('sigmoid', () => {
  it('turns log-odds into odds between 0 and 1', () => {
    expect([-800, 0, 800].map(sigmoid)).toEqual([0, 0.5, 1]);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FEATURES } from '../features/table.ts';
import { sumOf } from './decisions.ts';
import { FeatureRows } from './feature-rows.ts';
import { learnedModel, someLearned } from './learned.for-spec.ts';
import type { LearnedModel } from './learned.ts';
import { hashOf } from './model-file.ts';
import { openScorer } from './onnx-scorer.ts';
import { builtInScorer } from './scorer.ts';
import { toOnnx } from './to-onnx.ts';
import { twinOf } from './twin.ts';

const { NaN: MISSING, NEGATIVE_INFINITY, POSITIVE_INFINITY } = Number;
const extreme = fc.constantFrom(MISSING, NEGATIVE_INFINITY, POSITIVE_INFINITY, 0, -0, Number.MAX_VALUE, 5e-324);

/** Values on the edges of a feature as often as between them. */
function valueFor({ shapes, pairs }: LearnedModel, feature: number): fc.Arbitrary<number> {
  const ofPairs = pairs.flatMap(({ features, edges }) => edges.filter((_, which) => features[which] === feature));
  const edges = [...(shapes[feature]?.edges ?? []), ...ofPairs.flat()];
  const anything = fc.oneof(extreme, fc.double({ min: -5, max: 400 }));
  return edges.length === 0 ? anything : fc.oneof(anything, fc.constantFrom(...edges));
}

const modelAndRows = learnedModel.chain((model) => {
  const row = fc.tuple(...FEATURES.map((_, feature) => valueFor(model, feature)));
  const rows = fc.array(fc.tuple(row, fc.double({ min: -1, max: 1, noNaN: true })), { minLength: 1, maxLength: 20 });
  return fc.tuple(fc.constant(model), rows);
});

describe('a learned model as ONNX', () => {
  it('gives the bits of its twin for any model and any numbers, and reasons that sum to the score', async () => {
    await fc.assert(
      fc.asyncProperty(modelAndRows, async ([model, rows]) => {
        const scorer = await openScorer('conversion', toOnnx(model));
        const batch = FeatureRows.of(rows.map(([values]) => Float64Array.from(values)));
        const shifts = Float64Array.from(rows, ([, shift]) => shift);
        const decisions = (await scorer.score(batch, shifts)).all();
        await scorer.close();
        expect(decisions).toEqual((await builtInScorer(model).score(batch, shifts)).all());
        for (const { logit, intercept, contributions, range } of decisions) {
          expect(logit).toBe(sumOf(intercept, contributions));
          expect(range === null).toBe(model.calibration.knots.length === 0);
          if (range !== null) expect(range.low <= logit && logit <= range.high).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  }, 30_000);

  it('looks values up by their bins: missing, below all edges, on an edge, above all', () => {
    const [name = ''] = FEATURES.map((feature) => feature.name);
    const twin = twinOf(someLearned({ features: [name], shapes: someLearned().shapes.slice(1, 2), pairs: [] }));
    const first = (x: number): number | undefined => twin.decide(Float64Array.of(x)).contributions[0];
    expect([MISSING, -1, 0, 1, 1.5, 7, 1e9].map(first)).toEqual([0.01, -0.2, 0, 0, 0.1, 0.05, 0.05]);
  });

  it('looks pairs up row by row', () => {
    const twin = twinOf(someLearned());
    const pairAt = (a: number, b: number): number | undefined => {
      const row = new Float64Array(FEATURES.length);
      row[0] = a;
      row[3] = b;
      return twin.decide(row).contributions[FEATURES.length];
    };
    expect([pairAt(MISSING, MISSING), pairAt(-1, MISSING), pairAt(-1, 1.5), pairAt(5, 2)]).toEqual([0, -0.1, 0, 0.7]);
  });

  it('names its terms: features, pairs, calibration, tenant', () => {
    expect(twinOf(someLearned()).terms.slice(FEATURES.length - 1)).toEqual([
      FEATURES.at(-1)?.name,
      `${FEATURES[0].name} × ${FEATURES[3].name}`,
      'calibration',
      'tenant',
    ]);
  });

  it('is calibrated along straight lines, flat outside, and shifted by the tenant with its range', () => {
    const sums = [-10, -3, -1.5, 0, 4];
    const oneFeature = (intercept: number) =>
      twinOf(someLearned({ features: ['a'], shapes: [{ edges: [], logits: [0, 0] }], pairs: [], intercept }));
    const decisions = sums.map((sum) => oneFeature(sum).decide(Float64Array.of(1), 0.25));
    const expected = [-9.8, -2.8, -1.65, -0.5, 3.5];
    decisions.forEach(({ logit, range }, index) => {
      expect(logit).toBeCloseTo((expected[index] ?? 0) + 0.25, 12);
      expect((range?.low ?? 0) - logit).toBeCloseTo([-0.3, -0.3, -0.35, -0.4, -0.4][index] ?? 0, 12);
      expect((range?.high ?? 0) - logit).toBeCloseTo([0.3, 0.3, 0.4, 0.5, 0.5][index] ?? 0, 12);
    });
  });

  it('is written as the same bytes every time', () => {
    expect(hashOf(toOnnx(someLearned()))).toBe(hashOf(toOnnx(structuredClone(someLearned()))));
  });

  it('is the same whether rows come alone or together, at once or overlapping', async () => {
    const scorer = await openScorer('conversion', toOnnx(someLearned()));
    const rows = [0, 1, 2, 8, MISSING].map((value) => new Float64Array(FEATURES.length).fill(value));
    const batch = await scorer.score(FeatureRows.of(rows));
    const together = batch.all();
    expect(rows.map((_, row) => batch.view(row))).toEqual(together);
    const overlapping = await Promise.all(rows.map((row) => scorer.score(FeatureRows.of([row]))));
    expect(overlapping.map((one) => one.at(0))).toEqual(together);
    await scorer.close();
  });

  it('decides in the same arrays again once they are released, and never while they are held', async () => {
    const scorer = await openScorer('conversion', toOnnx(someLearned()));
    const blank = FeatureRows.of([new Float64Array(FEATURES.length).fill(MISSING)]);
    const held = await scorer.score(blank);
    const kept = held.at(0);
    const other = await scorer.score(FeatureRows.of([new Float64Array(FEATURES.length).fill(9)]));
    expect(other.logits).not.toBe(held.logits);
    expect(held.at(0)).toEqual(kept);
    held.release();
    held.release();
    const again = await scorer.score(FeatureRows.of([new Float64Array(FEATURES.length).fill(9)]));
    expect(again.logits).toBe(held.logits);
    expect(again.at(0)).toEqual(other.at(0));
    expect(again.at(0)).not.toEqual(kept);
    expect((await scorer.score(blank)).logits).not.toBe(again.logits);
    await scorer.close();
  });
});

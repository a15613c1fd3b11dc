import { beforeAll, describe, expect, it } from '@jest/globals';
import { type AllFigures, reportOf } from './report.ts';
import { distanceOf, figuresOf, shareOfBest } from './figures.ts';
import { type JudgedRow, type TruthPlan, type TruthResult, truthTest } from './truth-test.ts';

const PLAN: TruthPlan = {
  seed: 3,
  threads: 0,
  startMs: Date.UTC(2026, 0, 5),
  trainMonths: 4,
  testMonths: 1,
  tenants: 3,
  leadsPerDay: 5,
  judgedLeads: 40,
  futures: 12,
  training: { bags: 2, maxRounds: 40, pairs: 0 },
};

let result: TruthResult;
let figures: AllFigures;
beforeAll(async () => {
  result = await truthTest(PLAN, { at: () => {}, say: () => {} });
  figures = { conversion: figuresOf(result, 'conversion'), goingCold: figuresOf(result, 'goingCold') };
});

describe.each(['conversion', 'goingCold'] as const)('the truth test of %s', (model) => {
  it('asks about later leads only, each by its own number', () => {
    const leads = new Set(result.rows[model].map(({ lead }) => lead));
    expect(leads.size).toBeGreaterThan(10);
    expect(Math.max(...leads)).toBeLessThan(PLAN.judgedLeads);
    expect(result.leads.later).toBeGreaterThan(PLAN.judgedLeads);
  });

  it('gets hidden odds that come true as often as they say', () => {
    // By lead, as rows of one lead share its fate; five standard deviations, on a fixed seed.
    const gaps = [...Map.groupBy(result.rows[model], ({ lead }) => lead).values()].map((rows) =>
      rows.reduce((sum, { label, hidden }) => sum + label - hidden, 0),
    );
    const spread = Math.sqrt(gaps.reduce((sum, gap) => sum + gap ** 2, 0));
    expect(Math.abs(gaps.reduce((sum, gap) => sum + gap, 0))).toBeLessThan(5 * spread);
  });

  it('finds nobody who ranks leads better than the world itself', () => {
    const { metrics } = figures[model];
    expect(metrics.hidden.auc.value).toBeGreaterThan(0.75);
    for (const judge of ['model', 'logistic', 'prior'] as const) {
      expect(metrics[judge].auc.low).toBeLessThan(metrics.hidden.auc.high);
      expect(metrics.hidden.brier.low).toBeLessThan(metrics[judge].brier.high);
    }
  });

  it('parts all rows into those with odds and those without', () => {
    const { abstention, rows } = figures[model];
    expect((abstention.shown?.model.rows ?? 0) + (abstention.withheld?.model.rows ?? 0)).toBe(rows);
  });
});

describe('the report', () => {
  it('has a chapter with every judge for each model, and no hole', () => {
    const page = reportOf(result, figures);
    expect(page.match(/the world's own odds \(best possible\)/g)).toHaveLength(2);
    expect(page).toContain('![Reliability against the hidden odds](going-cold.svg)');
    expect(page).not.toMatch(/undefined|NaN|Infinity/);
  });
});

describe('distanceOf', () => {
  const row = (model: number, hidden: number): JudgedRow => ({
    lead: 0,
    label: 0,
    hidden,
    model,
    logistic: 0,
    prior: 0,
    abstains: false,
  });

  it('tells distance, bias and calibration apart', () => {
    expect(distanceOf([row(0.25, 0), row(0.25, 0.5)], 'model')).toEqual({
      rows: 2,
      mean: 0.25,
      bias: 0,
      calibration: 0.25,
    });
    expect(distanceOf([row(0.5, 0.25)], 'model')).toEqual({ rows: 1, mean: 0.25, bias: 0.25, calibration: 0.25 });
  });

  it('averages over a tenth of the rows before it compares', () => {
    const rows = Array.from({ length: 40 }, (_, index) => row(0.5 + index / 1e6, index % 2));
    const { mean, calibration } = distanceOf(rows, 'model');
    expect(mean).toBeCloseTo(0.5, 4);
    expect(calibration).toBeCloseTo(0, 4);
  });
});

describe('shareOfBest', () => {
  it('is 1 at the ceiling and 0 where one guesses', () => {
    const at = (value: number) => ({ value, low: value, high: value });
    expect(shareOfBest(at(0.9), at(0.9))).toBeCloseTo(1);
    expect(shareOfBest(at(0.9), at(0.5))).toBe(0);
    expect(shareOfBest(at(0.9), at(0.7))).toBeCloseTo(0.5);
  });
});

import type { LearnedModel, Manifest } from '@hub/intelligence';
import { FEATURES } from '@hub/intelligence';
import { describe, expect, it } from '@jest/globals';
import { cardOf } from './card.ts';
import { fairnessOf } from './fairness.ts';
import { topShapes } from './shapes-in-words.ts';

const FLAT = { edges: [], logits: [0, 0] };
const SHAPES: Record<string, { edges: number[]; logits: number[] }> = {
  ageDays: { edges: [1, 30], logits: [0, 0.5, 0.1, -0.4] },
  attempts: { edges: [2], logits: [0.3, -0.1, 0.2] },
  hour: { edges: [8, 12, 20], logits: [0, -0.2, 0.4, 0.1, -0.3] },
};
const features: readonly string[] = FEATURES.map(({ name }) => name);
const model: LearnedModel = {
  name: 'goingCold',
  version: 'a1',
  kind: 'learned',
  target: 'silence',
  features,
  intercept: -1,
  shapes: features.map((name) => SHAPES[name] ?? FLAT),
  pairs: [],
  calibration: { knots: [] },
};

const estimate = { value: 0.7, low: 0.65, high: 0.75 };
const measured = { auc: estimate, prAuc: estimate, brier: estimate, ece: estimate, lift20: estimate };
const slice = {
  from: '2026-01-01T00:00:00.000Z',
  until: '2026-02-01T00:00:00.000Z',
  leads: 10,
  rows: 40,
  positives: 4,
};
const manifest: Manifest = {
  format: 1,
  name: 'goingCold',
  version: 'a1',
  createdAt: '2026-03-01T00:00:00.000Z',
  codeVersion: 'abc',
  hash: 'a'.repeat(64),
  modelHash: 'b'.repeat(64),
  features: [...features],
  featureVersion: '2',
  label: { version: 'labels-1', target: 'silence', definition: 'No sign within the window.' },
  data: {
    source: 'the event log of this hub',
    from: '2025-06-01T00:00:00.000Z',
    until: '2026-02-20T00:00:00.000Z',
    tenants: 2,
    leads: 3000,
    events: 90_000,
    rows: 160,
    positives: 16,
    leftOut: { neglect: 17, censored: 5 },
    slices: { train: slice, stop: slice, calibrate: slice, test: slice },
  },
  training: { seed: 1, rounds: 80, options: {} },
  metrics: { model: measured, logistic: measured, prior: null },
  calibration: { method: 'beta', knots: 3, table: [{ rows: 4, predicted: 0.1, happened: 0.25 }] },
  fairness: fairnessOf(model),
  warnings: ['too little to rely on: 10 leads'],
};

describe('a model card', () => {
  const card = cardOf(manifest, model);

  it.each([
    ['name and version', '# Going cold, version a1'],
    ['warnings first', '- **too little to rely on: 10 leads**'],
    ['the definition', 'No sign within the window.\n\nDefinitions: labels-1.'],
    [
      'where the data is from',
      'From the event log of this hub: 3000 leads of 2 tenants with 90000 events, 2025-06-01 to 2026-02-20.',
    ],
    ['neglect by its name', 'we did not reach out (neglect, not silence of theirs) 17'],
    ['each slice', '| measure | 2026-01-01 | 2026-02-01 | 10 | 40 | 10.0 % |'],
    ['metrics with intervals', '| this model | 0.700 (0.650 to 0.750) |'],
    ['the challenger beside it', '| logistic regression | 0.700 (0.650 to 0.750) |'],
    ['calibration', '| 4 | 10.0 % | 25.0 % |'],
    ['what moves it', '- `ageDays` falls: +0.50 below 1 days, -0.40 from 30 days on'],
    ['that no pair entered', 'No pair of features proved itself.'],
    ['the fairness check', 'Passed. The'],
    ['its limits', 'Leads that nobody contacts are neglected, not cold'],
  ])('has %s', (_, text) => {
    expect(card).toContain(text);
  });

  it('leaves out what there is not, and says when leads are simulated', () => {
    expect(card).not.toContain('prior, set by hand');
    expect(card).not.toContain('simulated');
    const made = { ...manifest, warnings: [], data: { ...manifest.data, source: 'simulated brokerages' } };
    expect(cardOf(made, model)).toContain('It must not decide on real ones.');
    expect(cardOf(made, model)).not.toContain('## Warnings');
  });

  it('has no empty table cell in its head row and no undefined anywhere', () => {
    expect(card).not.toMatch(/undefined|NaN|Infinity/);
  });
});

describe('topShapes', () => {
  it('puts the widest first, and tells its course and what missing means', () => {
    expect(topShapes(model).map(({ name, words }) => `${name} ${words}`)).toEqual([
      'ageDays falls: +0.50 below 1 days, -0.40 from 30 days on',
      'hour turns: +0.40 from 8 to 12 h, -0.30 from 20 h on'.replaceAll(' h', ` ${unitOf('hour')}`),
      `attempts rises: -0.10 below 2 ${unitOf('attempts')}, +0.20 from 2 ${unitOf('attempts')} on; +0.30 when missing`,
    ]);
  });
});

describe('fairnessOf', () => {
  it('passes what the allow list names, and counts what moves the model', () => {
    expect(fairnessOf(model)).toEqual({
      passed: true,
      checks: [expect.stringContaining('allow list'), `3 of ${features.length} inputs move it`],
    });
  });

  it('names an input that may not enter', () => {
    const barred = { ...model, features: features.with(0, 'homeCity') };
    expect(fairnessOf(barred)).toMatchObject({
      passed: false,
      checks: [expect.stringContaining('homeCity'), expect.anything()],
    });
  });
});

function unitOf(name: string): string {
  return FEATURES.find((feature) => feature.name === name)?.unit ?? '';
}

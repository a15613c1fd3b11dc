import { FEATURES } from '../features/table.ts';
import type { LearnedModel } from './learned.ts';
import type { Manifest, Measured, Slice } from './manifest.ts';
import type { NewModelFolder } from './model-folder.ts';

/** A small learned model over all features of this build: the lead's acts of seven days raise it. */
export function smallModel(version = 'a1'): LearnedModel {
  return {
    name: 'conversion',
    version,
    kind: 'learned',
    target: 'a two-way conversation or an appointment within 30 days',
    features: FEATURES.map(({ name }) => name),
    intercept: -2.5,
    shapes: FEATURES.map(({ name }) =>
      name === 'leadActs7d' ? { edges: [0.5, 3], logits: [0, -0.2, 0.4, 0.9] } : { edges: [], logits: [0, 0] },
    ),
    pairs: [],
    calibration: { knots: [{ sum: -2, calibrated: -2.1, low: -2.4, high: -1.8 }] },
  };
}

export function smallManifest(version = 'a1'): NewModelFolder['manifest'] {
  const time = '2026-01-31T00:00:00.000Z';
  const slice: Slice = { from: time, until: time, leads: 500, rows: 900, positives: 60 };
  const estimate = { value: 0.7, low: 0.65, high: 0.75 };
  const measured: Measured = { auc: estimate, prAuc: estimate, brier: estimate, ece: estimate, lift20: estimate };
  return {
    format: 1,
    name: 'conversion',
    version,
    createdAt: time,
    codeVersion: 'spec',
    features: FEATURES.map(({ name }) => name),
    featureVersion: 'spec',
    label: { version: 'spec', target: 'conversion', definition: 'as the spec says' },
    data: {
      source: 'simulated',
      from: time,
      until: time,
      tenants: 1,
      leads: 2000,
      events: 40_000,
      rows: 3600,
      positives: 240,
      leftOut: { censored: 12 },
      slices: { train: slice, stop: slice, calibrate: slice, test: slice },
    },
    training: { seed: 1, rounds: 100, options: { learningRate: 0.05 } },
    metrics: { model: measured, logistic: measured, prior: null },
    calibration: { method: 'beta', knots: 1, table: [{ rows: 90, predicted: 0.1, happened: 0.11 }] },
    fairness: { passed: true, checks: [] },
    warnings: [],
  };
}

export function smallFolder(version = 'a1'): NewModelFolder {
  const card = (said: Manifest): string => `# ${said.name} ${said.version}\n`;
  return { manifest: smallManifest(version), model: smallModel(version), onnx: Buffer.from('onnx bytes'), card };
}

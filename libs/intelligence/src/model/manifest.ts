import { z } from 'zod';
import type { ModelName } from './additive.ts';

export const modelName = z.enum(['conversion', 'goingCold', 'match']) satisfies z.ZodType<ModelName>;

const time = z.iso.datetime();
const count = z.number().int().nonnegative();

/** A measured number with the bounds of its bootstrap interval (95 in 100, whole leads drawn). */
const estimate = z.object({ value: z.number().finite(), low: z.number().finite(), high: z.number().finite() });
export type Estimate = z.infer<typeof estimate>;

/** Measured on the slice that is latest in time, which nothing was learned or chosen from. */
const measured = z.object({
  auc: estimate,
  prAuc: estimate,
  brier: estimate,
  /** Expected calibration error over 10 bins of equal count. */
  ece: estimate,
  /** How much more often the top fifth comes true than all. */
  lift20: estimate,
});
export type Measured = z.infer<typeof measured>;

/** One stretch of time and the rows that are in it. */
const slice = z.object({ from: time, until: time, leads: count, rows: count, positives: count });
export type Slice = z.infer<typeof slice>;

/** Rows of the last slice with similar odds, and how often it came true for them. */
const calibrationBin = z.object({ rows: count, predicted: z.number(), happened: z.number() });
export type CalibrationBin = z.infer<typeof calibrationBin>;

/** What a model is, what it was made from and how well it did: `manifest.json` of a model folder. */
export const manifest = z.object({
  format: z.literal(1),
  name: modelName,
  /** Also the name of the folder. */
  version: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
  createdAt: time,
  /** Of the source that trained it. */
  codeVersion: z.string().min(1),
  /** SHA-256 of `model.onnx` and of `model.json`, in hex. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  modelHash: z.string().regex(/^[0-9a-f]{64}$/),
  /** Inputs in their order, and what names their definitions. */
  features: z.array(z.string().min(1)).min(1),
  featureVersion: z.string().min(1),
  label: z.object({ version: z.string().min(1), target: z.string().min(1), definition: z.string().min(1) }),
  data: z.object({
    source: z.string().min(1),
    /** First and last moment of which an event was read. */
    from: time,
    until: time,
    tenants: count,
    leads: count,
    events: count,
    rows: count,
    positives: count,
    /** Rows without a label, by why. */
    leftOut: z.record(z.string(), count),
    slices: z.object({ train: slice, stop: slice, calibrate: slice, test: slice }),
  }),
  training: z.object({
    seed: z.number().int(),
    rounds: count,
    options: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  }),
  metrics: z.object({ model: measured, logistic: measured, prior: measured.nullable() }),
  calibration: z.object({ method: z.string().min(1), knots: count, table: z.array(calibrationBin) }),
  fairness: z.object({ passed: z.boolean(), checks: z.array(z.string()) }),
  /** What whoever puts it to use must know: data below the bar, for example. */
  warnings: z.array(z.string()),
});
export type Manifest = z.infer<typeof manifest>;

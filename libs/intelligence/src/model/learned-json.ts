import { z } from 'zod';
import type { LearnedModel } from './learned.ts';
import { modelName } from './manifest.ts';

const finite = z.number().finite();
const edges = z
  .array(finite)
  .refine((all) => all.every((edge, at) => at === 0 || edge > (all[at - 1] ?? Infinity)), 'edges must rise');

const stepShape = z
  .object({ edges, logits: z.array(finite) })
  .refine((shape) => shape.logits.length === shape.edges.length + 2, 'needs one value per bin');

const pairShape = z
  .object({
    features: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
    edges: z.tuple([edges, edges]),
    logits: z.array(finite),
  })
  .refine(
    ({ edges: [first, second], logits }) => logits.length === (first.length + 2) * (second.length + 2),
    'needs one value per pair of bins',
  );

const knot = z.object({ sum: finite, calibrated: finite, low: finite, high: finite });

/** What `model.json` holds. */
export const learnedModel = z
  .object({
    name: modelName,
    version: z.string().min(1),
    kind: z.literal('learned'),
    target: z.string().min(1),
    features: z.array(z.string().min(1)).min(1),
    intercept: finite,
    shapes: z.array(stepShape),
    pairs: z.array(pairShape),
    calibration: z.object({
      knots: z
        .array(knot)
        .refine((knots) => knots.every(({ sum }, at) => at === 0 || sum > (knots[at - 1]?.sum ?? Infinity)), {
          message: 'knots must rise',
        }),
    }),
  })
  .refine(({ features, shapes }) => shapes.length === features.length, 'needs one shape per feature')
  .refine(
    ({ features, pairs }) => pairs.every((pair) => pair.features.every((feature) => feature < features.length)),
    'a pair names a feature that is not there',
  ) satisfies z.ZodType<LearnedModel>;

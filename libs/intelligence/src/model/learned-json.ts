import { z } from 'zod';
import { checkLearned } from './check-learned.ts';
import type { LearnedModel } from './learned.ts';
import { modelName } from './manifest.ts';

const numbers = z.array(z.number());
const feature = z.number().int().nonnegative();
const knot = z.object({ sum: z.number(), calibrated: z.number(), low: z.number(), high: z.number() });

/** What `model.json` holds: the form of it here, what makes it servable in `checkLearned`. */
export const learnedModel = z
  .object({
    name: modelName,
    version: z.string().min(1),
    kind: z.literal('learned'),
    target: z.string().min(1),
    features: z.array(z.string().min(1)),
    intercept: z.number(),
    shapes: z.array(z.object({ edges: numbers, logits: numbers })),
    pairs: z.array(
      z.object({ features: z.tuple([feature, feature]), edges: z.tuple([numbers, numbers]), logits: numbers }),
    ),
    calibration: z.object({ knots: z.array(knot) }),
  })
  .superRefine((model, context) => {
    try {
      checkLearned(model);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    }
  }) satisfies z.ZodType<LearnedModel>;

import { httpConfig } from '@hub/service';
import { z } from 'zod';

export const scoringConfig = z.object({
  ...httpConfig,
  NATS_URL: z.string().min(1),
  DATABASE_URL: z.string().min(1),
  /** Folder of `conversion.onnx` and `going-cold.onnx`; empty: those built with the models. */
  MODEL_DIR: z.string().optional(),
  /** Most packs one transaction takes. */
  BATCH_PACKS: z.coerce.number().int().min(1).max(1_000).default(64),
  /** Most webhooks one transaction takes. */
  BATCH_WEBHOOKS: z.coerce.number().int().min(1).max(5_000).default(256),
  /** A lead without news is decided on again after this long: silence is evidence too. */
  RESCORE_AFTER_MS: z.coerce
    .number()
    .int()
    .min(60_000)
    .default(6 * 3_600_000),
});

export type ScoringConfig = z.infer<typeof scoringConfig>;

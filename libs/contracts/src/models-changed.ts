import { z } from 'zod';
import { type Contract, jsonCodec } from './contract.ts';

const modelsChange = z.object({ name: z.string() });
export type ModelsChange = z.infer<typeof modelsChange>;

/**
 * Core NATS, to every process that serves models: the registry holds something new under a name. Who misses it finds out
 * a few seconds later. Sent by: `npm run models`. Heard by: scoring.
 */
export const modelsChanged: Contract<ModelsChange> = {
  subject: 'models.changed',
  ...jsonCodec(modelsChange),
};

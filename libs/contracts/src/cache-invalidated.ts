import { z } from 'zod';
import { type Contract, jsonCodec } from './contract.ts';

/** Keys whose value changed, with the version that is now the oldest acceptable one. */
const cacheInvalidation = z.array(z.object({ key: z.string(), version: z.number().int() })).readonly();
export type CacheInvalidation = z.infer<typeof cacheInvalidation>;

/** Core NATS, to every process that keeps a memory tier. Sent by: cache. */
export const cacheInvalidated: Contract<CacheInvalidation> = {
  subject: 'cache.invalidated',
  ...jsonCodec(cacheInvalidation),
};

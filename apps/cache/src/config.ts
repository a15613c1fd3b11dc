import { httpConfig, wholeNumber } from '@hub/service';
import { z } from 'zod';

export const cacheConfig = z.object({
  ...httpConfig,
  NATS_URL: z.string().min(1),
  DATABASE_URL: z.string().min(1),
  REDIS_URL: z.string().min(1),
  /** Most lead profiles held in memory; one takes some 4 kB. */
  MEMORY_PROFILES: wholeNumber({ min: 1, max: 1_000_000 }).default(5000),
});

export type CacheConfig = z.infer<typeof cacheConfig>;

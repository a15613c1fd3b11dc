export type { CacheTier, Copy, Invalidation } from './cache-tier.ts';
export { connectRedis } from './connect-redis.ts';
export { GuardedTier, type GuardedTierOptions } from './guarded-tier.ts';
export { MemoryTier, type MemoryTierOptions } from './memory-tier.ts';
export { RedisTier, type RedisTierOptions, type ValueCodec } from './redis-tier.ts';
export { type Found, TieredCache, type TieredCacheOptions, type TtlPolicy } from './tiered-cache.ts';

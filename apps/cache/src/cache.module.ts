import { connectRedis, GuardedTier, MemoryTier, RedisTier, TieredCache } from '@hub/cache-tiers';
import { type LeadProfile, SCORES } from '@hub/contracts';
import { Database, DatabaseModule } from '@hub/database';
import { NATS_CONNECTION, type NatsConnection, NatsModule, Publisher } from '@hub/messaging';
import { createBreaker } from '@hub/resilience';
import { HealthModule } from '@hub/service';
import { LOGGER, type Logger, Registry } from '@hub/telemetry';
import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { AnswerProfileHandler } from './answer-profile.handler.ts';
import type { CacheConfig } from './config.ts';
import { DropStaleProfilesHandler } from './drop-stale-profiles.handler.ts';
import { HearInvalidations } from './hear-invalidations.ts';
import { LeadProfiles, profileCodec } from './lead-profiles.ts';

// An invalidation arrives within milliseconds; these bound how long a lost one can matter.
const TTL = { l1Ms: 60_000, l2Ms: 600_000, absentMs: 5000 };

const TRANSACTION_DEADLINE_MS = 2_000;

@Module({})
class RedisModule implements OnApplicationShutdown {
  constructor(private readonly redis: Redis) {}

  onApplicationShutdown(): void {
    this.redis.disconnect();
  }

  static with(config: CacheConfig): DynamicModule {
    return {
      module: RedisModule,
      providers: [
        {
          provide: Redis,
          inject: [LOGGER],
          useFactory: (logger: Logger) => connectRedis(config.REDIS_URL, 'cache', logger),
        },
      ],
      exports: [Redis],
    };
  }
}

@Module({})
export class CacheModule {
  static with(config: CacheConfig): DynamicModule {
    const nats = NatsModule.forRoot({ servers: config.NATS_URL, name: 'cache', streams: [SCORES] });
    const database = DatabaseModule.forRoot({
      url: config.DATABASE_URL,
      name: 'cache',
      timeoutMs: TRANSACTION_DEADLINE_MS,
    });
    const redis = RedisModule.with(config);
    return {
      module: CacheModule,
      imports: [nats, database, redis, healthOf(nats, database, redis)],
      controllers: [AnswerProfileHandler, DropStaleProfilesHandler],
      providers: [
        {
          provide: Publisher,
          inject: [NATS_CONNECTION],
          useFactory: (connection: NatsConnection) => new Publisher(connection),
        },
        {
          provide: LeadProfiles,
          inject: [Redis, Database, LOGGER, Registry],
          useFactory: (client: Redis, source: Database, logger: Logger, registry: Registry) =>
            new LeadProfiles(tiersOf(config, client, logger, registry), source),
        },
        HearInvalidations,
      ],
    };
  }
}

function tiersOf(config: CacheConfig, redis: Redis, logger: Logger, registry: Registry): TieredCache<LeadProfile> {
  const breaker = createBreaker({ name: 'redis', timeoutMs: 200, logger, registry });
  const shared = new RedisTier({ redis, prefix: 'hub:lead-profile:1:', codec: profileCodec });
  return new TieredCache({
    name: 'lead-profile',
    l1: new MemoryTier({ maxEntries: config.MEMORY_PROFILES }),
    l2: new GuardedTier(shared, { breaker, registry, maxTtlMs: TTL.l2Ms }),
    ttl: TTL,
    registry,
  });
}

function healthOf(...imports: DynamicModule[]): DynamicModule {
  return HealthModule.forRoot({
    imports,
    inject: [NATS_CONNECTION, Database, Redis],
    useFactory: (nats: NatsConnection, database: Database, redis: Redis) => [
      { name: 'nats', check: async () => void (await nats.rtt()) },
      { name: 'postgres', check: () => database.ping() },
      { name: 'redis', optional: true, check: async () => void (await redis.ping()) },
    ],
  });
}

import { connectRedis, GuardedTier, MemoryTier, RedisTier, TieredCache } from '@hub/cache-tiers';
import { type LeadProfile, SCORES } from '@hub/contracts';
import { createPool, Database, isOutage } from '@hub/database';
import { connectNats, ensureStreams, type NatsConnection, Publisher } from '@hub/messaging';
import { createBreaker } from '@hub/resilience';
import { HealthModule, LOGGER } from '@hub/service';
import { type Logger, Registry } from '@hub/telemetry';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { AnswerProfileHandler } from './answer-profile.handler.ts';
import type { CacheConfig } from './config.ts';
import { DropStaleProfilesHandler } from './drop-stale-profiles.handler.ts';
import { HearInvalidations } from './hear-invalidations.ts';
import { LeadProfiles, profileCodec } from './lead-profiles.ts';
import { NATS_CONNECTION } from './tokens.ts';

// An invalidation arrives within milliseconds; these bound how long a lost one can matter.
const TTL = { l1Ms: 60_000, l2Ms: 600_000, absentMs: 5000 };

/** Connections that outlive every handler: closed last, broker first. */
@Module({})
class ConnectionsModule implements OnApplicationShutdown {
  constructor(
    @Inject(NATS_CONNECTION) private readonly nats: NatsConnection,
    private readonly redis: Redis,
    private readonly database: Database,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.nats.drain();
    this.redis.disconnect();
    await this.database.close();
  }

  static with(config: CacheConfig): DynamicModule {
    return {
      module: ConnectionsModule,
      providers: [
        {
          provide: NATS_CONNECTION,
          inject: [LOGGER],
          useFactory: async (logger: Logger) => {
            const connection = await connectNats({ servers: config.NATS_URL, name: 'cache', logger });
            await ensureStreams(connection, [SCORES]);
            return connection;
          },
        },
        {
          provide: Redis,
          inject: [LOGGER],
          useFactory: (logger: Logger) => connectRedis(config.REDIS_URL, 'cache', logger),
        },
        {
          provide: Database,
          inject: [LOGGER, Registry],
          useFactory: (logger: Logger, registry: Registry) =>
            new Database(
              createPool({ url: config.DATABASE_URL, name: 'cache' }),
              createBreaker({ name: 'postgres', timeoutMs: 2000, isFailure: isOutage, logger, registry }),
            ),
        },
      ],
      exports: [NATS_CONNECTION, Redis, Database],
    };
  }
}

@Module({})
export class CacheModule {
  static with(config: CacheConfig): DynamicModule {
    const connections = ConnectionsModule.with(config);
    return {
      module: CacheModule,
      imports: [connections, healthOf(connections)],
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
          useFactory: (redis: Redis, database: Database, logger: Logger, registry: Registry) =>
            new LeadProfiles(tiersOf(config, redis, logger, registry), database),
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

function healthOf(connections: DynamicModule): DynamicModule {
  return HealthModule.forRoot({
    imports: [connections],
    inject: [NATS_CONNECTION, Database, Redis],
    useFactory: (nats: NatsConnection, database: Database, redis: Redis) => [
      { name: 'nats', check: async () => void (await nats.rtt()) },
      { name: 'postgres', check: () => database.ping() },
      { name: 'redis', optional: true, check: async () => void (await redis.ping()) },
    ],
  });
}

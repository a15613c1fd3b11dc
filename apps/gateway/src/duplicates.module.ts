import { INBOX } from '@hub/contracts';
import { NATS_CONNECTION, type NatsConnection, watchStream } from '@hub/messaging';
import { createBreaker } from '@hub/resilience';
import { LOGGER, type Logger, Registry } from '@hub/telemetry';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { Duplicates } from './duplicates.ts';
import { RedisMarks } from './redis-marks.ts';
import { SHARED_REDIS } from './redis.module.ts';
import { SharedMarks } from './shared-marks.ts';

/** Nobody waits for an answer, but none should be waited for in vain either. */
const REDIS_DEADLINE_MS = 500;

/** What knows copies of webhooks, kept up to date about the stream that holds their firsts. */
@Module({})
export class DuplicatesModule implements OnModuleInit, OnApplicationShutdown {
  #stopWatching: () => void = () => undefined;

  constructor(
    @Inject(NATS_CONNECTION) private readonly connection: NatsConnection,
    private readonly duplicates: Duplicates,
  ) {}

  onModuleInit(): void {
    this.#stopWatching = watchStream(this.connection, INBOX, (incarnation) => this.duplicates.trust(incarnation));
  }

  onApplicationShutdown(): void {
    this.#stopWatching();
  }

  static over(nats: DynamicModule, redis: DynamicModule): DynamicModule {
    return {
      module: DuplicatesModule,
      imports: [nats, redis],
      providers: [
        {
          provide: Duplicates,
          inject: [SHARED_REDIS, LOGGER, Registry],
          useFactory: (client: Redis | null, logger: Logger, registry: Registry) =>
            new Duplicates(client === null ? null : marksIn(client, logger, registry)),
        },
      ],
      exports: [Duplicates],
    };
  }
}

function marksIn(redis: Redis, logger: Logger, registry: Registry): SharedMarks {
  const breaker = createBreaker({ name: 'redis', timeoutMs: REDIS_DEADLINE_MS, logger, registry });
  return new SharedMarks(new RedisMarks(redis), breaker, logger);
}

import { connectRedis } from '@hub/cache-tiers';
import { LOGGER, type Logger } from '@hub/telemetry';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { GatewayConfig } from './config.ts';

/** Injects the gateway's `Redis`, or null where none is configured: what is there is a hint and may be lost. */
export const SHARED_REDIS = Symbol('SHARED_REDIS');

@Module({})
export class RedisModule implements OnApplicationShutdown {
  constructor(@Inject(SHARED_REDIS) private readonly redis: Redis | null) {}

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }

  static with({ REDIS_URL: url }: GatewayConfig): DynamicModule {
    return {
      module: RedisModule,
      providers: [
        {
          provide: SHARED_REDIS,
          inject: [LOGGER],
          useFactory: (logger: Logger) => (url === undefined ? null : connectRedis(url, 'gateway', logger)),
        },
      ],
      exports: [SHARED_REDIS],
    };
  }
}

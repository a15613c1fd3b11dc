import { createBreaker } from '@hub/resilience';
import { LOGGER, type Logger, Registry } from '@hub/telemetry';
import { type DynamicModule, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { SHARED_REDIS } from '../redis.module.ts';
import { LaneChooser } from './lane-chooser.ts';
import { Lanes } from './lanes.ts';
import { RedisTotals } from './redis-totals.ts';
import { SharedLimits } from './shared-limits.ts';
import { type LaneConfig, limitsFrom } from './tenant-limits.ts';

/** A round is worth nothing once the next is due. */
const REDIS_DEADLINE_MS = 250;

/** What a tenant may send in the live lane, over all gateways together. */
@Module({})
export class LanesModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(private readonly lanes: Lanes) {}

  onApplicationBootstrap(): void {
    this.lanes.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.lanes.stop();
  }

  static with(config: LaneConfig, redis: DynamicModule): DynamicModule {
    return {
      module: LanesModule,
      imports: [redis],
      providers: [
        {
          provide: Lanes,
          inject: [SHARED_REDIS, LOGGER, Registry],
          useFactory: (client: Redis | null, logger: Logger, registry: Registry) => {
            const chooser = new LaneChooser({ limitOf: limitsFrom(config) });
            const shared = client === null ? null : new SharedLimits(chooser, totalsIn(client, logger, registry));
            return new Lanes(chooser, shared, logger);
          },
        },
      ],
      exports: [Lanes],
    };
  }
}

function totalsIn(redis: Redis, logger: Logger, registry: Registry): RedisTotals {
  return new RedisTotals(
    redis,
    createBreaker({ name: 'redis-limits', timeoutMs: REDIS_DEADLINE_MS, logger, registry }),
  );
}

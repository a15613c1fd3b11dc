import { createBreaker } from '@hub/resilience';
import { LOGGER, type Logger, Registry } from '@hub/telemetry';
import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import { createPool, Database, isOutage, type PoolOptions } from './database.ts';

export interface DatabaseModuleOptions extends PoolOptions {
  /** Longest a transaction may take, in ms. */
  readonly timeoutMs: number;
}

/** A service's pool behind its breaker. Nest closes a module after those that import it, so it outlives every handler. */
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly database: Database) {}

  onApplicationShutdown(): Promise<void> {
    return this.database.close();
  }

  static forRoot({ timeoutMs, ...pool }: DatabaseModuleOptions): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        {
          provide: Database,
          inject: [LOGGER, Registry],
          useFactory: (logger: Logger, registry: Registry) =>
            new Database(
              createPool(pool),
              createBreaker({ name: 'postgres', timeoutMs, isFailure: isOutage, logger, registry }),
            ),
        },
      ],
      exports: [Database],
    };
  }
}

import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import { LOGGER, type Logger, Registry, Tracing } from '@hub/telemetry';

@Module({})
class GlobalsModule implements OnApplicationShutdown {
  constructor(private readonly tracing: Tracing) {}

  /** Nest closes global modules last: spans of all others have ended. */
  onApplicationShutdown(): Promise<void> {
    return this.tracing.stop();
  }
}

/** Logger, metrics registry and traces for every provider of the service. */
export function globalsModule(logger: Logger, registry: Registry, tracing: Tracing): DynamicModule {
  return {
    module: GlobalsModule,
    global: true,
    providers: [
      { provide: LOGGER, useValue: logger },
      { provide: Registry, useValue: registry },
      { provide: Tracing, useValue: tracing },
    ],
    exports: [LOGGER, Registry, Tracing],
  };
}

import type { DynamicModule } from '@nestjs/common';
import { LOGGER, type Logger, Registry } from '@hub/telemetry';

class GlobalsModule {}

/** Logger and metrics registry for every provider of the service. */
export function globalsModule(logger: Logger, registry: Registry): DynamicModule {
  return {
    module: GlobalsModule,
    global: true,
    providers: [
      { provide: LOGGER, useValue: logger },
      { provide: Registry, useValue: registry },
    ],
    exports: [LOGGER, Registry],
  };
}

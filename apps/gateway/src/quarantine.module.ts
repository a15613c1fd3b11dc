import { maxMessageBytes, NATS_CONNECTION, type NatsConnection, Publisher } from '@hub/messaging';
import { createBreaker } from '@hub/resilience';
import { LOGGER, type Logger, Registry } from '@hub/telemetry';
import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import { GatewayMetrics } from './gateway-metrics.ts';
import { QuarantineRelease } from './quarantine-release.ts';
import { Quarantine } from './quarantine.ts';

const STORE_DEADLINE_MS = 2_500;

/** The way into quarantine, and out of it. */
@Module({})
export class QuarantineModule implements OnApplicationShutdown {
  constructor(
    private readonly quarantine: Quarantine,
    private readonly release: QuarantineRelease,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.release.close(), this.quarantine.close()]);
  }

  /** @param imports Bring the connection and the metrics. */
  static over(imports: DynamicModule[]): DynamicModule {
    return {
      module: QuarantineModule,
      imports,
      providers: [
        {
          provide: Quarantine,
          inject: [NATS_CONNECTION, GatewayMetrics, LOGGER, Registry],
          useFactory: (connection: NatsConnection, metrics: GatewayMetrics, logger: Logger, registry: Registry) =>
            new Quarantine({
              publisher: publisherOver(connection, logger, registry),
              maxMessageBytes: maxMessageBytes(connection),
              metrics,
              logger,
            }),
        },
        {
          provide: QuarantineRelease,
          inject: [NATS_CONNECTION, LOGGER, Registry],
          useFactory: (connection: NatsConnection, logger: Logger, registry: Registry) =>
            new QuarantineRelease({ connection, publisher: publisherOver(connection, logger, registry), logger }),
        },
      ],
      exports: [Quarantine, QuarantineRelease],
    };
  }
}

/** With a breaker of its own: a quarantine that strangers have filled must not close the inbox. */
function publisherOver(connection: NatsConnection, logger: Logger, registry: Registry): Publisher {
  return new Publisher(
    connection,
    createBreaker({ name: 'nats-quarantine', timeoutMs: STORE_DEADLINE_MS, logger, registry }),
  );
}

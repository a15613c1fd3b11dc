import { maxMessageBytes, NATS_CONNECTION, type NatsConnection, Publisher } from '@hub/messaging';
import { createBreaker } from '@hub/resilience';
import { LOGGER, type Logger, Registry } from '@hub/telemetry';
import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { GatewayMetrics } from './gateway-metrics.ts';
import { KnownTenants } from './known-tenants.ts';
import { Precaution } from './quarantine-precaution.ts';
import { QuarantineRelease } from './quarantine-release.ts';
import { Quarantine } from './quarantine.ts';

const STORE_DEADLINE_MS = 2_500;

/** The way into quarantine, and out of it. */
@Module({})
export class QuarantineModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly quarantine: Quarantine,
    private readonly release: QuarantineRelease,
    private readonly known: KnownTenants,
    @Inject(NATS_CONNECTION) private readonly connection: NatsConnection,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The port opens meanwhile: whoever sends something signed makes itself known. */
  onApplicationBootstrap(): void {
    this.known.learnFrom(this.connection).catch((err: unknown) => {
      this.logger.warn({ err }, 'the newest webhooks could not be read: tenants are known once they send');
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.release.close(), this.quarantine.close()]);
  }

  /** @param imports Bring the connection and the metrics. */
  static over(imports: DynamicModule[]): DynamicModule {
    return {
      module: QuarantineModule,
      imports,
      providers: [
        KnownTenants,
        {
          provide: Quarantine,
          inject: [NATS_CONNECTION, KnownTenants, GatewayMetrics, LOGGER, Registry],
          useFactory: (
            connection: NatsConnection,
            known: KnownTenants,
            metrics: GatewayMetrics,
            logger: Logger,
            registry: Registry,
          ) =>
            new Quarantine({
              publisher: publisherOver(connection, logger, registry),
              maxMessageBytes: maxMessageBytes(connection),
              precaution: new Precaution(known),
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
      exports: [Quarantine, QuarantineRelease, KnownTenants],
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

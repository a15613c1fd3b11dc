import { sourceConfigured } from '@hub/contracts';
import { NATS_CONNECTION, type NatsConnection, tail } from '@hub/messaging';
import { Sealing } from '@hub/sources';
import { LOGGER, type Logger } from '@hub/telemetry';
import { type DynamicModule, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { GatewayConfig } from './config.ts';
import { GatewayMetrics } from './gateway-metrics.ts';
import { SourceDirectory } from './source-directory.ts';

/** Keeps the directory of sources up to date for as long as the service runs. */
@Module({})
export class SourcesModule implements OnApplicationBootstrap, OnApplicationShutdown {
  #following: Promise<void> = Promise.resolve();

  constructor(private readonly directory: SourceDirectory) {}

  /** The port opens meanwhile: what cannot be told yet is answered so. */
  onApplicationBootstrap(): void {
    this.#following = this.directory.follow();
  }

  async onApplicationShutdown(): Promise<void> {
    this.directory.stop();
    await this.#following;
  }

  /** @param imports Bring the connection and the metrics. */
  static with(config: GatewayConfig, imports: DynamicModule[]): DynamicModule {
    return {
      module: SourcesModule,
      imports,
      providers: [
        {
          provide: SourceDirectory,
          inject: [NATS_CONNECTION, GatewayMetrics, LOGGER],
          useFactory: (connection: NatsConnection, metrics: GatewayMetrics, logger: Logger) => {
            const sealing = config.SECRETS_KEY === undefined ? null : Sealing.fromBase64(config.SECRETS_KEY);
            const platform = { keys: config.GHL_PUBLIC_KEYS, appId: config.GHL_APP_ID ?? null };
            const configurations = (onCaughtUp: () => void) =>
              tail(connection, sourceConfigured, { after: 0, logger, onCaughtUp });
            const directory = new SourceDirectory({ configurations, sealing, platform, logger });
            metrics.watchSources(() => directory.counts);
            return directory;
          },
        },
      ],
      exports: [SourceDirectory],
    };
  }
}

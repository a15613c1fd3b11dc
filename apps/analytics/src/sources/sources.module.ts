import { Database } from '@hub/database';
import { NATS_CONNECTION, type NatsConnection, Publisher } from '@hub/messaging';
import { Sealing } from '@hub/sources';
import { LOGGER, type Logger } from '@hub/telemetry';
import { type DynamicModule, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { AnalyticsConfig } from '../config.ts';
import { ManageSources } from './manage-sources.ts';
import { PlatformKeysController } from './platform-keys.controller.ts';
import { SourceAnnouncer } from './source-announcer.ts';
import { SourcesController } from './sources.controller.ts';

/** Who may send webhooks: managed here, told to the gateways for as long as the service runs. */
@Module({})
export class SourcesModule implements OnApplicationBootstrap, OnApplicationShutdown {
  #running: Promise<void> = Promise.resolve();

  constructor(private readonly announcer: SourceAnnouncer) {}

  onApplicationBootstrap(): void {
    this.#running = this.announcer.run();
  }

  async onApplicationShutdown(): Promise<void> {
    this.announcer.stop();
    await this.#running;
  }

  /** @param imports Bring the database and the connection. */
  static with({ SECRETS_KEY, WEBHOOK_URL }: AnalyticsConfig, imports: DynamicModule[]): DynamicModule {
    return {
      module: SourcesModule,
      imports,
      controllers: [SourcesController, PlatformKeysController],
      providers: [
        {
          provide: SourceAnnouncer,
          inject: [Database, NATS_CONNECTION, LOGGER],
          useFactory: (database: Database, connection: NatsConnection, logger: Logger) =>
            new SourceAnnouncer({ database, connection, publisher: new Publisher(connection), logger }),
        },
        {
          provide: ManageSources,
          inject: [Database, SourceAnnouncer],
          useFactory: (database: Database, announcer: SourceAnnouncer) => {
            const sealing = SECRETS_KEY === undefined ? null : Sealing.fromBase64(SECRETS_KEY);
            return new ManageSources({ database, announcer, sealing, ghlUrl: WEBHOOK_URL });
          },
        },
      ],
    };
  }
}

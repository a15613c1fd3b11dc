import { INBOX, SCORES } from '@hub/contracts';
import { createPool, Database, isOutage } from '@hub/database';
import { connectNats, ensureStreams, type NatsConnection, Publisher } from '@hub/messaging';
import { createBreaker } from '@hub/resilience';
import { HealthModule, LOGGER } from '@hub/service';
import { type Logger, Registry } from '@hub/telemetry';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { ScoringConfig } from './config.ts';
import { loadModels } from './models.ts';
import { ParkedWebhooks } from './parked-webhooks.ts';
import { QuietLeads } from './quiet-leads.ts';
import { ScoreWebhooksHandler } from './score-webhooks.handler.ts';
import { ScoringMetrics } from './scoring-metrics.ts';
import { storeCatalogue } from './scoring-store.ts';
import { MODELS, NATS_CONNECTION, SCORING_CONFIG } from './tokens.ts';

/** Connections that outlive every handler: closed last, broker before database. */
@Module({})
class ConnectionsModule implements OnApplicationShutdown {
  constructor(
    private readonly database: Database,
    @Inject(NATS_CONNECTION) private readonly nats: NatsConnection,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.nats.drain();
    await this.database.close();
  }

  static with(config: ScoringConfig): DynamicModule {
    return {
      module: ConnectionsModule,
      providers: [
        {
          provide: NATS_CONNECTION,
          inject: [LOGGER],
          useFactory: async (logger: Logger) => {
            const connection = await connectNats({ servers: config.NATS_URL, name: 'scoring', logger });
            await ensureStreams(connection, [INBOX, SCORES]);
            return connection;
          },
        },
        {
          provide: Publisher,
          inject: [NATS_CONNECTION],
          useFactory: (connection: NatsConnection) => new Publisher(connection),
        },
        {
          provide: Database,
          inject: [LOGGER, Registry],
          useFactory: (logger: Logger, registry: Registry) =>
            new Database(
              createPool({ url: config.DATABASE_URL, name: 'scoring', max: 3 }),
              createBreaker({ name: 'postgres', timeoutMs: 10_000, isFailure: isOutage, logger, registry }),
            ),
        },
      ],
      exports: [NATS_CONNECTION, Publisher, Database],
    };
  }
}

@Module({})
export class ScoringModule {
  static with(config: ScoringConfig): DynamicModule {
    const connections = ConnectionsModule.with(config);
    return {
      module: ScoringModule,
      imports: [
        connections,
        HealthModule.forRoot({
          imports: [connections],
          inject: [Database, NATS_CONNECTION],
          useFactory: (database: Database, nats: NatsConnection) => [
            { name: 'postgres', check: () => database.ping() },
            { name: 'nats', check: async () => void (await nats.rtt()) },
          ],
        }),
      ],
      controllers: [ScoreWebhooksHandler],
      providers: [
        { provide: SCORING_CONFIG, useValue: config },
        {
          provide: MODELS,
          inject: [Database, LOGGER, Registry],
          useFactory: async (database: Database, logger: Logger, registry: Registry) => {
            const breaker = createBreaker({ name: 'onnx', timeoutMs: 5_000, logger, registry });
            const models = await loadModels(config.MODEL_DIR ?? null, breaker, logger);
            await storeCatalogue(database, models.catalogue);
            return models;
          },
        },
        ParkedWebhooks,
        QuietLeads,
        ScoringMetrics,
      ],
    };
  }
}

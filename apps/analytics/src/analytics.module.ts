import { HEARTBEATS, INBOX, SOURCES } from '@hub/contracts';
import { Database, DatabaseModule } from '@hub/database';
import {
  heartbeatOf,
  NATS_CONNECTION,
  type NatsConnection,
  NatsModule,
  Publisher,
  RequestClient,
} from '@hub/messaging';
import { createBreaker } from '@hub/resilience';
import { HealthModule } from '@hub/service';
import { LOGGER, type Logger, Registry } from '@hub/telemetry';
import { type DynamicModule, Module, type OnApplicationShutdown, StandardSchemaValidationPipe } from '@nestjs/common';
import { APP_GUARD, APP_PIPE } from '@nestjs/core';
import { ApiDescription } from './api-description.ts';
import { ApiDescriptionController } from './api-description.controller.ts';
import type { AnalyticsConfig } from './config.ts';
import { LeadProfiles } from './lead-profiles.ts';
import { LeadsController } from './leads.controller.ts';
import { LedgerModule } from './ledger.module.ts';
import { MeController } from './me.controller.ts';
import { invalidInput } from './problem.ts';
import { ReplaysModule } from './replays/replays.module.ts';
import { SameOriginGuard } from './same-origin.guard.ts';
import { ScorePosition } from './score-position.ts';
import { ServicesHealth } from './services-health.ts';
import { ServicesHealthController } from './services-health.controller.ts';
import { SessionGuard } from './session.guard.ts';
import { SignInController } from './sign-in.controller.ts';
import { SourcesModule } from './sources/sources.module.ts';
import { ANALYTICS_CONFIG } from './tokens.ts';

const POSTGRES_DEADLINE_MS = 5_000;
const BROKER_DEADLINE_MS = 500;
/** A cache that is slower than this is slower than Postgres. */
const CACHE_DEADLINE_MS = 300;
const HEALTH_DEADLINE_MS = 1_500;

/** Requests to the cache have a connection of their own: Nest's NATS client brings it. */
@Module({})
class CacheClientModule implements OnApplicationShutdown {
  constructor(private readonly cache: RequestClient) {}

  onApplicationShutdown(): Promise<void> {
    return this.cache.close();
  }

  static with(config: AnalyticsConfig): DynamicModule {
    return {
      module: CacheClientModule,
      providers: [
        {
          provide: RequestClient,
          inject: [LOGGER, Registry],
          useFactory: (logger: Logger, registry: Registry) =>
            new RequestClient({
              servers: config.NATS_URL,
              name: 'analytics-requests',
              breaker: createBreaker({ name: 'cache', timeoutMs: CACHE_DEADLINE_MS, logger, registry }),
            }),
        },
      ],
      exports: [RequestClient],
    };
  }
}

@Module({})
export class AnalyticsModule {
  static with(config: AnalyticsConfig): DynamicModule {
    const nats = NatsModule.forRoot({
      servers: config.NATS_URL,
      name: 'analytics',
      streams: [HEARTBEATS, INBOX, SOURCES],
    });
    const database = DatabaseModule.forRoot({
      url: config.DATABASE_URL,
      name: 'analytics',
      max: 4,
      timeoutMs: POSTGRES_DEADLINE_MS,
    });
    return {
      module: AnalyticsModule,
      imports: [
        nats,
        database,
        CacheClientModule.with(config),
        SourcesModule.with(config, [nats, database]),
        LedgerModule.with(config, [nats, database]),
        ReplaysModule.with(nats, database),
        healthOf(nats, database),
      ],
      controllers: [
        SignInController,
        MeController,
        LeadsController,
        ServicesHealthController,
        ApiDescriptionController,
      ],
      providers: [
        ApiDescription,
        { provide: ANALYTICS_CONFIG, useValue: config },
        { provide: APP_GUARD, useClass: SessionGuard },
        { provide: APP_GUARD, useClass: SameOriginGuard },
        { provide: APP_PIPE, useValue: new StandardSchemaValidationPipe({ exceptionFactory: invalidInput }) },
        {
          provide: LeadProfiles,
          inject: [RequestClient, Database, LOGGER, Registry],
          useFactory: (cache: RequestClient, source: Database, logger: Logger, registry: Registry) =>
            new LeadProfiles(cache, source, logger, registry),
        },
        {
          provide: ScorePosition,
          inject: [NATS_CONNECTION, LOGGER, Registry],
          useFactory: (connection: NatsConnection, logger: Logger, registry: Registry) => {
            const breaker = createBreaker({ name: 'scores stream', timeoutMs: BROKER_DEADLINE_MS, logger, registry });
            return new ScorePosition(connection, breaker, logger);
          },
        },
        {
          provide: ServicesHealth,
          inject: [Registry],
          useFactory: (registry: Registry) =>
            new ServicesHealth(config.SERVICES, (name) =>
              createBreaker({ name: `health of ${name}`, timeoutMs: HEALTH_DEADLINE_MS, registry }),
            ),
        },
      ],
    };
  }
}

function healthOf(...imports: DynamicModule[]): DynamicModule {
  return HealthModule.forRoot({
    imports,
    inject: [Database, NATS_CONNECTION],
    useFactory: (database: Database, nats: NatsConnection) => [
      { name: 'postgres', check: () => database.ping() },
      // Without it lists and leads are still read, from Postgres.
      { name: 'nats', optional: true, check: async () => void (await nats.rtt()) },
    ],
    heartbeat: (_database, nats) => heartbeatOf('analytics', new Publisher(nats)),
  });
}

import { createPool, Database, isOutage } from '@hub/database';
import { connectNats, type NatsConnection, RequestClient } from '@hub/messaging';
import { createBreaker } from '@hub/resilience';
import { HealthModule, LOGGER } from '@hub/service';
import { type Logger, Registry } from '@hub/telemetry';
import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationShutdown,
  StandardSchemaValidationPipe,
} from '@nestjs/common';
import { APP_GUARD, APP_PIPE } from '@nestjs/core';
import { ApiDescription } from './api-description.ts';
import { ApiDescriptionController } from './api-description.controller.ts';
import type { AnalyticsConfig } from './config.ts';
import { LeadProfiles } from './lead-profiles.ts';
import { LeadsController } from './leads.controller.ts';
import { MeController } from './me.controller.ts';
import { invalidInput } from './problem.ts';
import { SameOriginGuard } from './same-origin.guard.ts';
import { ScorePosition } from './score-position.ts';
import { ServicesHealth } from './services-health.ts';
import { ServicesHealthController } from './services-health.controller.ts';
import { SessionGuard } from './session.guard.ts';
import { SignInController } from './sign-in.controller.ts';
import { ANALYTICS_CONFIG, NATS_CONNECTION } from './tokens.ts';

const POSTGRES_DEADLINE_MS = 5_000;
const BROKER_DEADLINE_MS = 500;
/** A cache that is slower than this is slower than Postgres. */
const CACHE_DEADLINE_MS = 300;
const HEALTH_DEADLINE_MS = 1_500;

/** Closed last, when no request needs them any more. */
@Module({})
class ConnectionsModule implements OnApplicationShutdown {
  constructor(
    private readonly database: Database,
    private readonly cache: RequestClient,
    @Inject(NATS_CONNECTION) private readonly nats: NatsConnection,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.cache.close();
    await this.nats.close();
    await this.database.close();
  }

  static with(config: AnalyticsConfig): DynamicModule {
    return {
      module: ConnectionsModule,
      providers: [
        {
          provide: NATS_CONNECTION,
          inject: [LOGGER],
          useFactory: (logger: Logger) => connectNats({ servers: config.NATS_URL, name: 'analytics', logger }),
        },
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
        {
          provide: Database,
          inject: [LOGGER, Registry],
          useFactory: (logger: Logger, registry: Registry) =>
            new Database(
              createPool({ url: config.DATABASE_URL, name: 'analytics', max: 4 }),
              createBreaker({
                name: 'postgres',
                timeoutMs: POSTGRES_DEADLINE_MS,
                isFailure: isOutage,
                logger,
                registry,
              }),
            ),
        },
      ],
      exports: [NATS_CONNECTION, RequestClient, Database],
    };
  }
}

@Module({})
export class AnalyticsModule {
  static with(config: AnalyticsConfig): DynamicModule {
    const connections = ConnectionsModule.with(config);
    return {
      module: AnalyticsModule,
      imports: [
        connections,
        HealthModule.forRoot({
          imports: [connections],
          inject: [Database, NATS_CONNECTION],
          useFactory: (database: Database, nats: NatsConnection) => [
            { name: 'postgres', check: () => database.ping() },
            // Without it lists and leads are still read, from Postgres.
            { name: 'nats', optional: true, check: async () => void (await nats.rtt()) },
          ],
        }),
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
          useFactory: (cache: RequestClient, database: Database, logger: Logger, registry: Registry) =>
            new LeadProfiles(cache, database, logger, registry),
        },
        {
          provide: ScorePosition,
          inject: [NATS_CONNECTION, LOGGER, Registry],
          useFactory: (nats: NatsConnection, logger: Logger, registry: Registry) => {
            const breaker = createBreaker({ name: 'scores stream', timeoutMs: BROKER_DEADLINE_MS, logger, registry });
            return new ScorePosition(nats, breaker, logger);
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

import { SCORES } from '@hub/contracts';
import { connectNats, ensureStreams, type NatsConnection } from '@hub/messaging';
import { createBreaker } from '@hub/resilience';
import { HealthModule, LOGGER } from '@hub/service';
import { type Logger, Registry } from '@hub/telemetry';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { ALLOWED_ORIGINS, liveQueueSettings, type RealtimeConfig } from './config.ts';
import { LiveQueue } from './live-queue.ts';
import { RealtimeMetrics } from './metrics.ts';
import { NatsScoreStream } from './score-stream.ts';
import { StreamController } from './stream.controller.ts';

const NATS_CONNECTION = Symbol('NATS connection');
const BROKER_DEADLINE_MS = 1_500;

/** Closed last, after every screen was told. */
@Module({})
class ConnectionModule implements OnApplicationShutdown {
  constructor(@Inject(NATS_CONNECTION) private readonly nats: NatsConnection) {}

  onApplicationShutdown(): Promise<void> {
    return this.nats.close();
  }

  static with(config: RealtimeConfig): DynamicModule {
    return {
      module: ConnectionModule,
      providers: [
        {
          provide: NATS_CONNECTION,
          inject: [LOGGER],
          useFactory: async (logger: Logger) => {
            const connection = await connectNats({ servers: config.NATS_URL, name: 'realtime', logger });
            await ensureStreams(connection, [SCORES]);
            return connection;
          },
        },
      ],
      exports: [NATS_CONNECTION],
    };
  }
}

@Module({})
export class RealtimeModule {
  static with(config: RealtimeConfig): DynamicModule {
    const connection = ConnectionModule.with(config);
    return {
      module: RealtimeModule,
      imports: [
        connection,
        HealthModule.forRoot({
          imports: [connection],
          inject: [NATS_CONNECTION],
          useFactory: (nats: NatsConnection) => [{ name: 'nats', check: async () => void (await nats.rtt()) }],
        }),
      ],
      controllers: [StreamController],
      providers: [
        { provide: ALLOWED_ORIGINS, useValue: config.ALLOWED_ORIGINS },
        {
          provide: LiveQueue,
          inject: [NATS_CONNECTION, LOGGER, Registry],
          useFactory: (nats: NatsConnection, logger: Logger, registry: Registry) =>
            new LiveQueue({
              stream: new NatsScoreStream(nats),
              breaker: createBreaker({ name: 'scores stream', timeoutMs: BROKER_DEADLINE_MS, logger, registry }),
              metrics: new RealtimeMetrics(registry),
              settings: liveQueueSettings(config),
              logger,
              nowMs: Date.now,
            }),
        },
      ],
    };
  }
}

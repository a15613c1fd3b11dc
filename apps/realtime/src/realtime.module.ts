import { HEARTBEATS, SCORES, TALLIES } from '@hub/contracts';
import { heartbeatOf, NATS_CONNECTION, type NatsConnection, NatsModule, Publisher } from '@hub/messaging';
import { createBreaker } from '@hub/resilience';
import { HealthModule } from '@hub/service';
import { LOGGER, type Logger, Registry, Tracing } from '@hub/telemetry';
import { type DynamicModule, Module } from '@nestjs/common';
import { ALLOWED_ORIGINS, liveQueueSettings, type RealtimeConfig } from './config.ts';
import { LiveQueue } from './live-queue.ts';
import { RealtimeMetrics } from './metrics.ts';
import { PushTally } from './push-tally.ts';
import { NatsScoreStream } from './score-stream.ts';
import { StreamController } from './stream.controller.ts';

const BROKER_DEADLINE_MS = 1_500;

@Module({})
export class RealtimeModule {
  static with(config: RealtimeConfig): DynamicModule {
    const nats = NatsModule.forRoot({
      servers: config.NATS_URL,
      name: 'realtime',
      streams: [SCORES, TALLIES, HEARTBEATS],
    });
    return {
      module: RealtimeModule,
      imports: [
        nats,
        HealthModule.forRoot({
          imports: [nats],
          inject: [NATS_CONNECTION],
          useFactory: (connection: NatsConnection) => [
            { name: 'nats', check: async () => void (await connection.rtt()) },
          ],
          heartbeat: (connection) => heartbeatOf('realtime', new Publisher(connection)),
        }),
      ],
      controllers: [StreamController],
      providers: [
        {
          provide: PushTally,
          inject: [NATS_CONNECTION, LOGGER],
          useFactory: (connection: NatsConnection, logger: Logger) => new PushTally(new Publisher(connection), logger),
        },
        { provide: ALLOWED_ORIGINS, useValue: config.ALLOWED_ORIGINS },
        {
          provide: LiveQueue,
          inject: [NATS_CONNECTION, PushTally, Tracing, LOGGER, Registry],
          useFactory: (
            connection: NatsConnection,
            tally: PushTally,
            tracing: Tracing,
            logger: Logger,
            registry: Registry,
          ) =>
            new LiveQueue({
              stream: new NatsScoreStream(connection),
              breaker: createBreaker({ name: 'scores stream', timeoutMs: BROKER_DEADLINE_MS, logger, registry }),
              metrics: new RealtimeMetrics(registry),
              tally,
              tracing,
              settings: liveQueueSettings(config),
              logger,
              nowMs: Date.now,
            }),
        },
      ],
    };
  }
}

import { HEARTBEATS, INBOX, QUARANTINE, SOURCES, TALLIES } from '@hub/contracts';
import { heartbeatOf, NATS_CONNECTION, type NatsConnection, NatsModule, Publisher, streamState } from '@hub/messaging';
import { createBreaker } from '@hub/resilience';
import { HealthModule } from '@hub/service';
import { LOGGER, type Logger, Registry, Tracing } from '@hub/telemetry';
import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import { AnswerTally } from './answer-tally.ts';
import type { GatewayConfig } from './config.ts';
import { DuplicatesModule } from './duplicates.module.ts';
import { GatewayMetrics } from './gateway-metrics.ts';
import { Inbox } from './inbox.ts';
import { LanesModule } from './lanes/lanes.module.ts';
import { ProbeModule } from './probe/probe.module.ts';
import { SelfProbe } from './probe/self-probe.ts';
import { QuarantineModule } from './quarantine.module.ts';
import { RedisModule } from './redis.module.ts';
import { SourceDirectory } from './source-directory.ts';
import { SourcesModule } from './sources.module.ts';

/** A little more than the broker is given for an ack, so that its own answer comes first. */
const STORE_DEADLINE_MS = 2_500;

/** Everything a webhook passes on its way to disk. */
@Module({})
class InboxModule implements OnApplicationShutdown {
  constructor(private readonly inbox: Inbox) {}

  /** HTTP is closed by now: what was taken is stored before the connection goes. */
  onApplicationShutdown(): Promise<void> {
    return this.inbox.close();
  }

  static over(nats: DynamicModule): DynamicModule {
    return {
      module: InboxModule,
      imports: [nats],
      providers: [
        GatewayMetrics,
        {
          provide: Publisher,
          inject: [NATS_CONNECTION, LOGGER, Registry],
          useFactory: (connection: NatsConnection, logger: Logger, registry: Registry) =>
            new Publisher(
              connection,
              // One pack is in flight at a time: a few failures in a row are all the evidence there is.
              createBreaker({ name: 'nats', timeoutMs: STORE_DEADLINE_MS, volumeThreshold: 3, logger, registry }),
            ),
        },
        {
          provide: Inbox,
          inject: [NATS_CONNECTION, Publisher, GatewayMetrics, Tracing, LOGGER],
          useFactory: (
            connection: NatsConnection,
            publisher: Publisher,
            metrics: GatewayMetrics,
            tracing: Tracing,
            logger: Logger,
          ) => new Inbox({ connection, publisher, metrics, tracing, logger }),
        },
        {
          provide: AnswerTally,
          inject: [NATS_CONNECTION, LOGGER],
          // A publisher without the inbox's breaker: statistics must not speak for or against it.
          useFactory: (connection: NatsConnection, logger: Logger) =>
            new AnswerTally(new Publisher(connection), logger),
        },
      ],
      exports: [Inbox, GatewayMetrics, AnswerTally],
    };
  }
}

@Module({})
export class GatewayModule {
  static with(config: GatewayConfig): DynamicModule {
    const nats = NatsModule.forRoot({
      servers: config.NATS_URL,
      name: 'gateway',
      streams: [INBOX, SOURCES, QUARANTINE, TALLIES, HEARTBEATS],
    });
    const redis = RedisModule.with(config);
    const inbox = InboxModule.over(nats);
    const sources = SourcesModule.with(config, [nats, inbox]);
    const probe = ProbeModule.with(config);
    return {
      module: GatewayModule,
      imports: [
        inbox,
        sources,
        probe,
        QuarantineModule.over([nats, inbox]),
        DuplicatesModule.over(nats, redis),
        LanesModule.with(config, redis),
        HealthModule.forRoot({
          imports: [nats, sources, probe],
          inject: [NATS_CONNECTION, SourceDirectory, SelfProbe],
          useFactory: (connection: NatsConnection, directory: SourceDirectory, self: SelfProbe) => [
            { name: 'nats', check: async () => void (await streamState(connection, INBOX)) },
            { name: 'sources', check: async () => directory.assertCaughtUp() },
            { name: 'webhooks', check: async () => self.assertPassed() },
          ],
          heartbeat: (connection) => heartbeatOf('gateway', new Publisher(connection)),
        }),
      ],
    };
  }
}

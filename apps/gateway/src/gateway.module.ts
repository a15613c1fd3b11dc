import { INBOX } from '@hub/contracts';
import { closeNats, connectNats, ensureStreams, type NatsConnection, Publisher, streamState } from '@hub/messaging';
import { createBreaker } from '@hub/resilience';
import { HealthModule, LOGGER } from '@hub/service';
import { type Logger, Registry } from '@hub/telemetry';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { GatewayConfig } from './config.ts';
import { GatewayMetrics } from './gateway-metrics.ts';
import { type Inbox, openInbox } from './inbox.ts';
import { INBOX_WRITER, NATS_CONNECTION } from './tokens.ts';

/** A little more than the broker is given for an ack, so that its own answer comes first. */
const STORE_DEADLINE_MS = 2_500;

/** Everything a webhook passes on its way to disk. */
@Module({})
class InboxModule implements OnApplicationShutdown {
  constructor(
    @Inject(INBOX_WRITER) private readonly inbox: Inbox,
    @Inject(NATS_CONNECTION) private readonly nats: NatsConnection,
  ) {}

  /** HTTP is closed by now: what was taken is stored, and the connection goes last. */
  async onApplicationShutdown(): Promise<void> {
    await this.inbox.close();
    await closeNats(this.nats);
  }

  static with(config: GatewayConfig): DynamicModule {
    return {
      module: InboxModule,
      providers: [
        GatewayMetrics,
        {
          provide: NATS_CONNECTION,
          inject: [LOGGER],
          useFactory: async (logger: Logger) => {
            const connection = await connectNats({ servers: config.NATS_URL, name: 'gateway', logger });
            await ensureStreams(connection, [INBOX]);
            return connection;
          },
        },
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
          provide: INBOX_WRITER,
          inject: [NATS_CONNECTION, Publisher, GatewayMetrics, LOGGER],
          useFactory: (connection: NatsConnection, publisher: Publisher, metrics: GatewayMetrics, logger: Logger) =>
            openInbox({ connection, publisher, metrics, logger }),
        },
      ],
      exports: [NATS_CONNECTION, INBOX_WRITER, GatewayMetrics],
    };
  }
}

@Module({})
export class GatewayModule {
  static with(config: GatewayConfig): DynamicModule {
    const inbox = InboxModule.with(config);
    return {
      module: GatewayModule,
      imports: [
        inbox,
        HealthModule.forRoot({
          imports: [inbox],
          inject: [NATS_CONNECTION],
          useFactory: (nats: NatsConnection) => [
            { name: 'nats', check: async () => void (await streamState(nats, INBOX)) },
          ],
        }),
      ],
    };
  }
}

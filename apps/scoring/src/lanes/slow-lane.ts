import { type ReceivedWebhook, webhookSlowed } from '@hub/contracts';
import { isOutage } from '@hub/database';
import { FairConsumer, type Inbound, NATS_CONNECTION, type NatsConnection, type Outcome } from '@hub/messaging';
import { fullJitter } from '@hub/resilience';
import { LOGGER, type Logger, Registry } from '@hub/telemetry';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { outcomeOf, packOf } from '../packs.ts';
import { SettleAndPublish } from '../settle-and-publish.ts';
import { RightOfWay } from './right-of-way.ts';

const KIB = 1_024;
const RETRY = { baseMs: 250, capMs: 5_000 };

/** Before the tenant: the names of the slow lane's consumers. */
export const SLOW_DURABLE_PREFIX = 'slow-';

/** Drains what tenants sent beyond their share, tenant by tenant in turn, and gives the live lane the right of way. */
@Injectable()
export class SlowLane implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly consumer: FairConsumer<readonly ReceivedWebhook[]>;

  constructor(
    @Inject(NATS_CONNECTION) connection: NatsConnection,
    private readonly settle: SettleAndPublish,
    private readonly way: RightOfWay,
    @Inject(LOGGER) private readonly logger: Logger,
    registry: Registry,
  ) {
    this.consumer = new FairConsumer({
      connection,
      contract: webhookSlowed,
      settings: {
        durablePrefix: SLOW_DURABLE_PREFIX,
        quantumBytes: 32 * KIB,
        ackWaitMs: 5_000,
        lookEveryMs: 500,
      },
      handler: (pack) => this.handle(pack),
      logger,
      registry,
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.consumer.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.way.stop();
    await this.consumer.stop();
  }

  private async handle(pack: Inbound<readonly ReceivedWebhook[]>): Promise<Outcome> {
    try {
      return outcomeOf(pack, await this.way.slow(() => this.settle.all([packOf(pack)])));
    } catch (cause) {
      this.logger.warn({ err: cause, outage: isOutage(cause) }, 'a pack of the slow lane will be redelivered');
      return { kind: 'retry', afterMs: fullJitter(pack.deliveries, RETRY), cause };
    }
  }
}

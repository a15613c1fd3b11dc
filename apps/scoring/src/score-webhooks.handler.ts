import { type ReceivedWebhook, webhookReceived } from '@hub/contracts';
import { isOutage } from '@hub/database';
import { Consume, type Inbound, type Outcome } from '@hub/messaging';
import { fullJitter } from '@hub/resilience';
import { LOGGER, type Logger } from '@hub/telemetry';
import { Controller, Inject } from '@nestjs/common';
import { RightOfWay } from './lanes/right-of-way.ts';
import { outcomeOf, packOf } from './packs.ts';
import { SettleAndPublish } from './settle-and-publish.ts';

/** Name of the live lane's consumer. */
export const LIVE_DURABLE = 'scoring';

const RETRY = { baseMs: 250, capMs: 5_000 };

/** Takes packs of the live lane: settle in one transaction, publish, then let the transport ack. */
@Controller()
export class ScoreWebhooksHandler {
  constructor(
    private readonly settle: SettleAndPublish,
    private readonly way: RightOfWay,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Consume(webhookReceived, { durable: LIVE_DURABLE, batch: 64, waitMs: 1_000, ackWaitMs: 5_000, maxAckPending: 1_024 })
  async handle(packs: readonly Inbound<readonly ReceivedWebhook[]>[]): Promise<readonly Outcome[]> {
    try {
      const again = await this.way.live(() => this.settle.all(packs.map(packOf)));
      return packs.map((pack) => outcomeOf(pack, again));
    } catch (cause) {
      this.logger.warn({ packs: packs.length, err: cause, outage: isOutage(cause) }, 'batch will be redelivered');
      const attempt = Math.max(...packs.map((pack) => pack.deliveries));
      return packs.map(() => ({ kind: 'retry', afterMs: fullJitter(attempt, RETRY), cause }));
    }
  }
}

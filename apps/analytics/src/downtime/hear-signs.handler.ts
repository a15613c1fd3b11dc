import { type Heartbeat, serviceAlive } from '@hub/contracts';
import { Database } from '@hub/database';
import { Consume, type Inbound, type Outcome } from '@hub/messaging';
import { Controller } from '@nestjs/common';
import { timeOf } from './gaps.ts';
import { enterSigns } from './signs.ts';

/** Keeps the downtime ledger: a service is up while any of its instances gives signs of life. */
@Controller()
export class HearSignsHandler {
  constructor(private readonly database: Database) {}

  @Consume(serviceAlive, { durable: 'downtime', batch: 256, waitMs: 1_000 })
  async handle(signs: readonly Inbound<Heartbeat>[]): Promise<readonly Outcome[]> {
    const byService = Map.groupBy(signs, ({ payload }) => payload.service);
    for (const [service, heard] of byService) {
      await enterSigns(
        this.database,
        service,
        heard.map(({ payload, storedAtMs }) => timeOf(payload, storedAtMs)),
      );
    }
    return signs.map(() => ({ kind: 'done' }));
  }
}

import { type StoredWebhook, webhookStored } from '@hub/contracts';
import { Database } from '@hub/database';
import { Consume, type Inbound, type Outcome } from '@hub/messaging';
import { Controller } from '@nestjs/common';
import { SchemaWatch } from '../schema/schema-watch.ts';
import { countPacks } from './count-packs.ts';

/** Reads every lane of the inbox beside scoring: what came in is counted, and looked at, by someone who does not work on it. */
@Controller()
export class LookAtInboxHandler {
  constructor(
    private readonly database: Database,
    private readonly schema: SchemaWatch,
  ) {}

  @Consume(webhookStored, { durable: 'ledger', batch: 64, waitMs: 1_000, maxAckPending: 512 })
  async handle(packs: readonly Inbound<readonly StoredWebhook[]>[]): Promise<readonly Outcome[]> {
    await countPacks(this.database, packs);
    for (const { payload } of packs) this.schema.look(payload, Date.now());
    return packs.map(() => ({ kind: 'done' }));
  }
}

import { serviceTallied, type Tally, TALLIES } from '@hub/contracts';
import { Database } from '@hub/database';
import { Consume, type Inbound, type Outcome } from '@hub/messaging';
import { Controller } from '@nestjs/common';
import { applyTallies } from './apply-tallies.ts';

/** Adds up what services counted. */
@Controller()
export class AddTalliesHandler {
  constructor(private readonly database: Database) {}

  @Consume(serviceTallied, { durable: 'tallies', batch: 32, waitMs: 1_000 })
  async handle(messages: readonly Inbound<Tally>[]): Promise<readonly Outcome[]> {
    await applyTallies(this.database, TALLIES.name, messages);
    return messages.map(() => ({ kind: 'done' }));
  }
}

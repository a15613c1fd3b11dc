import { type DynamicModule, Module } from '@nestjs/common';
import { Alerts } from './alerts/alerts.ts';
import { AlertsController } from './alerts/alerts.controller.ts';
import { Watch } from './alerts/watch.ts';
import { LedgerController } from './ledger/ledger.controller.ts';
import { LookAtInboxHandler } from './ledger/look-at-inbox.handler.ts';

/** What is counted as webhooks flow: the ledger, tallies, gaps in service, shapes of payloads, alerts, the grade. */
@Module({})
export class LedgerModule {
  static over(...imports: DynamicModule[]): DynamicModule {
    return {
      module: LedgerModule,
      imports,
      controllers: [LookAtInboxHandler, LedgerController, AlertsController],
      providers: [Alerts, Watch],
    };
  }
}

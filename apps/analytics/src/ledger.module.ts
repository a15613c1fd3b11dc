import { type DynamicModule, Module } from '@nestjs/common';
import type { AnalyticsConfig } from './config.ts';
import { Alerts } from './alerts/alerts.ts';
import { AlertsController } from './alerts/alerts.controller.ts';
import { Watch } from './alerts/watch.ts';
import { DowntimeController } from './downtime/downtime.controller.ts';
import { HearSignsHandler } from './downtime/hear-signs.handler.ts';
import { GradeBook } from './grade/grade-book.ts';
import { GradeController } from './grade/grade.controller.ts';
import { LedgerController } from './ledger/ledger.controller.ts';
import { LookAtInboxHandler } from './ledger/look-at-inbox.handler.ts';
import { Retention } from './retention.ts';
import { SchemaController } from './schema/schema.controller.ts';
import { SchemaWatch } from './schema/schema-watch.ts';
import { ANALYTICS_CONFIG } from './tokens.ts';
import { AddTalliesHandler } from './tallies/add-tallies.handler.ts';
import { CountsController } from './tallies/counts.controller.ts';

/** What is counted as webhooks flow: the ledger, tallies, gaps in service, shapes of payloads, alerts, the grade. */
@Module({})
export class LedgerModule {
  static with(config: AnalyticsConfig, imports: DynamicModule[]): DynamicModule {
    return {
      module: LedgerModule,
      imports,
      controllers: [
        LookAtInboxHandler,
        AddTalliesHandler,
        HearSignsHandler,
        LedgerController,
        CountsController,
        DowntimeController,
        GradeController,
        SchemaController,
        AlertsController,
      ],
      providers: [{ provide: ANALYTICS_CONFIG, useValue: config }, Alerts, GradeBook, SchemaWatch, Watch, Retention],
    };
  }
}

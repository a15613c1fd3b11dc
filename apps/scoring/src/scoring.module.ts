import { HEARTBEATS, INBOX, SCORES } from '@hub/contracts';
import { Database, DatabaseModule, EventIds } from '@hub/database';
import { heartbeatOf, NATS_CONNECTION, type NatsConnection, NatsModule, Publisher } from '@hub/messaging';
import { HealthModule } from '@hub/service';
import { type DynamicModule, Module } from '@nestjs/common';
import { AnswerScoreHandler } from './asked/answer-score.handler.ts';
import { judgeAsked } from './asked/judge-asked.ts';
import { ScoreRequests } from './asked/score-requests.ts';
import type { ScoringConfig } from './config.ts';
import { EventIdUpkeep } from './event-id-upkeep.ts';
import { LaneBacklog } from './lanes/lane-backlog.ts';
import { RightOfWay } from './lanes/right-of-way.ts';
import { SlowLane } from './lanes/slow-lane.ts';
import { ModelWatch } from './models/model-watch.ts';
import { ModelsModule } from './models/models.module.ts';
import type { Models } from './models/models.ts';
import { ParkedWebhooks } from './parked-webhooks.ts';
import { QuietLeads } from './sweep/quiet-leads.ts';
import { ScoreWebhooksHandler } from './score-webhooks.handler.ts';
import { ScoringMetrics } from './scoring-metrics.ts';
import { SettleAndPublish } from './settle-and-publish.ts';
import { MODELS, SCORING_CONFIG } from './tokens.ts';

const TRANSACTION_DEADLINE_MS = 10_000;
const ASKED = { batchLeads: 256, waitingLeads: 4_096, waitingLeadsOfTenant: 1_024 };

@Module({})
export class ScoringModule {
  static with(config: ScoringConfig): DynamicModule {
    const nats = NatsModule.forRoot({
      servers: config.NATS_URL,
      name: 'scoring',
      streams: [INBOX, SCORES, HEARTBEATS],
    });
    const database = DatabaseModule.forRoot({
      url: config.DATABASE_URL,
      name: 'scoring',
      max: 3,
      timeoutMs: TRANSACTION_DEADLINE_MS,
    });
    const models = ModelsModule.with(config, [nats, database]);
    return {
      module: ScoringModule,
      imports: [nats, database, models, healthOf(nats, database, models)],
      controllers: [ScoreWebhooksHandler, AnswerScoreHandler],
      providers: [
        { provide: SCORING_CONFIG, useValue: config },
        {
          provide: Publisher,
          inject: [NATS_CONNECTION],
          useFactory: (connection: NatsConnection) => new Publisher(connection),
        },
        {
          provide: ScoreRequests,
          inject: [Database, MODELS],
          useFactory: (store: Database, models: Models) =>
            new ScoreRequests((batch, nowMs) => judgeAsked(batch, { database: store, models }, nowMs), ASKED, Date.now),
        },
        ParkedWebhooks,
        SettleAndPublish,
        QuietLeads,
        EventIds,
        EventIdUpkeep,
        RightOfWay,
        SlowLane,
        LaneBacklog,
        ScoringMetrics,
      ],
    };
  }
}

function healthOf(...imports: DynamicModule[]): DynamicModule {
  return HealthModule.forRoot({
    imports,
    inject: [Database, NATS_CONNECTION, ModelWatch],
    useFactory: (database: Database, nats: NatsConnection, models: ModelWatch) => [
      { name: 'postgres', check: () => database.ping() },
      { name: 'nats', check: async () => void (await nats.rtt()) },
      { name: 'models', optional: true, check: () => models.check() },
    ],
    heartbeat: (_database, nats) => heartbeatOf('scoring', new Publisher(nats)),
  });
}

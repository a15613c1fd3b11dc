import { Database } from '@hub/database';
import { NATS_CONNECTION, type NatsConnection } from '@hub/messaging';
import { gaugeIn, LOGGER, type Logger, Registry } from '@hub/telemetry';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { imbalancesOf } from '../ledger/imbalance.ts';
import { readInFlight } from '../ledger/ledger.ts';
import { overduePacks } from '../ledger/overdue-packs.ts';
import { estimateGaps, silentServices } from '../downtime/estimate-gaps.ts';
import { noticeSilence } from '../downtime/signs.ts';
import { badGrade } from '../grade/bad-grade.ts';
import { GradeBook } from '../grade/grade-book.ts';
import { recentChanges } from '../schema/schema-reads.ts';
import type { AnalyticsConfig } from '../config.ts';
import { suspectSources } from '../tallies/suspect-sources.ts';
import { ANALYTICS_CONFIG } from '../tokens.ts';
import { ALERT_KINDS, type AlertKind, Alerts, type Condition } from './alerts.ts';

/** Looks every few seconds whether anything is wrong, and says so in alerts and metrics. */
@Injectable()
export class Watch implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | null = null;

  constructor(
    private readonly database: Database,
    @Inject(NATS_CONNECTION) private readonly connection: NatsConnection,
    private readonly alerts: Alerts,
    private readonly grades: GradeBook,
    private readonly registry: Registry,
    @Inject(ANALYTICS_CONFIG) private readonly config: Pick<AnalyticsConfig, 'WATCH_EVERY_MS'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.looking ??= this.look(Date.now()).finally(() => (this.looking = null));
    }, this.config.WATCH_EVERY_MS);
  }

  /** How each kind is seen. */
  private readonly conditions: Record<AlertKind, (nowMs: number) => Promise<readonly Condition[]>> = {
    ledgerImbalance: async (nowMs) => imbalancesOf(await overduePacks(this.database, this.connection, nowMs)),
    serviceGap: (nowMs) => silentServices(this.database, nowMs),
    sourceSuspect: (nowMs) => suspectSources(this.database, nowMs),
    schemaChange: (nowMs) => recentChanges(this.database, nowMs),
    gradeDropped: async (nowMs) => badGrade(await this.grades.of(null, nowMs)),
  };

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  /** Never rejects: what cannot be looked at now is looked at again soon. */
  async look(nowMs: number): Promise<void> {
    await this.attempt('ledger', () => this.measureLedger(nowMs));
    await this.attempt('silence', () => noticeSilence(this.database, nowMs));
    await this.attempt('estimates', () => estimateGaps(this.database, nowMs));
    for (const kind of ALERT_KINDS) {
      await this.attempt(kind, async () => this.alerts.reconcile(kind, await this.conditions[kind](nowMs), nowMs));
    }
    await this.attempt('alerts', () => this.alerts.measure());
  }

  private async measureLedger(nowMs: number): Promise<void> {
    const inFlight = await this.database.asTenants(['*'], (tx) => readInFlight(tx, '*', nowMs));
    const oldestMs = inFlight.oldest_ms ?? nowMs;
    const values = {
      hub_ledger_in_flight: ['Webhooks received and not yet settled', inFlight.webhooks],
      hub_ledger_imbalance: ['Webhooks not accounted for after 2 minutes', inFlight.overdue],
      hub_ledger_oldest_in_flight_seconds: [
        'Age of the oldest webhook in flight',
        Math.max(0, nowMs - oldestMs) / 1_000,
      ],
    } as const;
    for (const [name, [help, value]] of Object.entries(values)) gaugeIn(this.registry, { name, help }).set(value);
  }

  private async attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.warn({ err: error, what }, 'could not look; the next look tries again');
    }
  }
}

import { Database, dropEventIdDays, EventIds, openEventIdDay } from '@hub/database';
import { Counter, Gauge, LOGGER, type Logger, Registry } from '@hub/telemetry';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

const EVERY_MS = 60_000;

/** Opens the day for new event ids, remembers what sealed days hold, drops days past their time. */
@Injectable()
export class EventIdUpkeep implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #dropped: Counter;
  readonly #remembered: Gauge;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> = Promise.resolve();
  readonly #stopping = new AbortController();

  constructor(
    private readonly database: Database,
    private readonly eventIds: EventIds,
    @Inject(LOGGER) private readonly logger: Logger,
    registry: Registry,
  ) {
    this.#dropped = new Counter({
      name: 'scoring_event_id_days_dropped_total',
      help: 'Days of event ids that this process dropped because they were too old',
      registers: [registry],
    });
    this.#remembered = new Gauge({
      name: 'scoring_event_ids_remembered',
      help: 'Ids of sealed days that are told from memory: fewer than there are means look-ups',
      registers: [registry],
    });
  }

  onApplicationBootstrap(): void {
    this.#goOn();
    this.#timer = setInterval(() => this.#goOn(), EVERY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#timer);
    await this.#working;
  }

  /** All of it, once. */
  async run(nowMs: number): Promise<void> {
    await openEventIdDay(this.database, nowMs);
    while (!this.#stopping.signal.aborted && (await dropEventIdDays(this.database, nowMs)) > 0) {
      this.#dropped.inc();
      this.logger.info('a day of event ids was too old and is gone');
    }
    await this.eventIds.refresh(this.database, this.#stopping.signal);
    this.#remembered.set(this.eventIds.remembered);
  }

  #goOn(): void {
    this.#working = this.#working.then(async () => {
      try {
        if (!this.#stopping.signal.aborted) await this.run(await this.#databaseTime());
      } catch (error) {
        this.logger.warn({ err: error }, 'upkeep of event ids failed; the next round tries again');
      }
    });
  }

  /** One clock for all processes: a wrong one of ours must not make ids old before their time. */
  async #databaseTime(): Promise<number> {
    const [row] = await this.database.query<{ now_ms: number }>({
      text: 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms',
    });
    if (row === undefined) throw new Error('the database did not tell its time');
    return row.now_ms;
  }
}

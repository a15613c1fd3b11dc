import { Database } from '@hub/database';
import { LOGGER, type Logger } from '@hub/telemetry';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

const DAY_MS = 86_400_000;
const PRUNE_EVERY_MS = 10 * 60_000;
const ROWS_AT_ONCE = 5_000;
const MOST_ROUNDS = 200;

/** How long what is counted is kept. A pack may be delivered again for as long as the inbox holds it, 7 days. */
const KEEP_MS = { packs: 8 * DAY_MS, minutes: 90 * DAY_MS, records: 400 * DAY_MS };

/** Removes what is too old. Two processes may do so at once: a row is gone after the first. */
@Injectable()
export class Retention implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private pruning: Promise<void> = Promise.resolve();
  private isStopping = false;

  constructor(
    private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.pruning = this.prune(Date.now()).catch((error: unknown) => {
        this.logger.warn({ err: error }, 'could not remove what is too old; the next round tries again');
      });
    }, PRUNE_EVERY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.timer);
    await this.pruning;
  }

  async prune(nowMs: number): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS && !this.isStopping; round += 1) {
      const [row] = await this.database.query<{ gone: number }>({
        name: 'prune-counts',
        text: `SELECT prune_counts(to_timestamp($1::float8 / 1000), to_timestamp($2::float8 / 1000),
          to_timestamp($3::float8 / 1000), $4) AS gone`,
        values: [nowMs - KEEP_MS.packs, nowMs - KEEP_MS.minutes, nowMs - KEEP_MS.records, ROWS_AT_ONCE],
      });
      if ((row?.gone ?? 0) === 0) return;
    }
  }
}

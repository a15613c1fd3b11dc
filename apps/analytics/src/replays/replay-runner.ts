import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { packsToSendAgain, type ReceivedWebhook, webhookSlowed } from '@hub/contracts';
import { Database, isOutage } from '@hub/database';
import { Publisher } from '@hub/messaging';
import { LOGGER, type Logger } from '@hub/telemetry';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { markPage, replayPage } from './replay-page.ts';
import { advanceReplay, failReplay, type LeasedReplay, leaseReplay, releaseReplay } from './replay-store.ts';

const LOOK_EVERY_MS = 1_000;
const MAX_PAGE = 200;

/**
 * Works on replay jobs, one at a time and no faster than their rate: a page into the inbox, then how far it is into the
 * database. A crash in between sends that page again, which has no second effect; the job's lease runs out and another
 * process goes on where it was.
 */
@Injectable()
export class ReplayRunner implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly worker = randomUUID();
  private readonly stopping = new AbortController();
  private work: Promise<void> = Promise.resolve();
  private wake: () => void = () => undefined;

  constructor(
    private readonly database: Database,
    private readonly publisher: Publisher,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.work = this.run();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.work;
  }

  /** There may be a new job: look now. */
  look(): void {
    this.wake();
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const job = await this.lease();
      if (job === null) await this.idle();
      else await this.workOn(job);
    }
  }

  private async lease(): Promise<LeasedReplay | null> {
    try {
      return await leaseReplay(this.database, this.worker);
    } catch (error) {
      this.logger.debug({ err: error }, 'cannot look for replay jobs, trying again');
      return null;
    }
  }

  private async workOn(job: LeasedReplay): Promise<void> {
    try {
      await this.sendAll(job);
    } catch (error) {
      this.logger.warn({ err: error, replay: job.id, outage: isOutage(error) }, 'a replay job stopped');
      // What may pass is tried again when the lease has run out, from where the job was.
      if (isLasting(error)) await failReplay(this.database, this.worker, job.id, error.name);
    }
  }

  private async sendAll(job: LeasedReplay): Promise<void> {
    const limit = Math.min(MAX_PAGE, job.ratePerS);
    let current = job;
    while (!this.stopping.signal.aborted) {
      const startedAtMs = performance.now();
      const page = await this.asJob(current, (tx) => replayPage(tx, current, limit));
      await this.send(page.webhooks);
      const { cursor, isOver } = page;
      const goesOn = await this.asJob(current, async (tx) => {
        await markPage(tx, page, Date.now());
        return advanceReplay(tx, this.worker, { id: job.id, cursor, sent: page.webhooks.length, isOver });
      });
      if (!goesOn || isOver) return;
      current = { ...current, cursor: { ...cursor } };
      await this.pause((page.webhooks.length / job.ratePerS) * 1_000 - (performance.now() - startedAtMs));
    }
    await releaseReplay(this.database, this.worker, job.id);
  }

  private asJob<T>(job: LeasedReplay, work: Parameters<typeof this.database.asTenants<T>>[1]): Promise<T> {
    return this.database.asTenants([job.tenantId], work);
  }

  private async send(webhooks: readonly ReceivedWebhook[]): Promise<void> {
    for (const { tenant, webhooks: pack } of packsToSendAgain(webhooks)) {
      await this.publisher.publish(webhookSlowed, [tenant], pack);
    }
  }

  private async pause(ms: number): Promise<void> {
    if (ms <= 0) return;
    // Aborted when the service stops: the loop ends by itself.
    await sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  private async idle(): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    await Promise.race([woken, this.pause(LOOK_EVERY_MS)]);
  }
}

/** Errors that trying again cannot help. */
function isLasting(error: unknown): error is Error {
  if (!(error instanceof Error) || isOutage(error)) return false;
  return !('retryable' in error) || error.retryable === false;
}

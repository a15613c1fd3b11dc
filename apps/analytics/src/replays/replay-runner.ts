import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { packsToSendAgain, type ReceivedWebhook, webhookSlowed } from '@hub/contracts';
import { Database, isOutage } from '@hub/database';
import { Publisher } from '@hub/messaging';
import { LOGGER, type Logger } from '@hub/telemetry';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { pauseAfter } from './pace.ts';
import { markPage, replayPage } from './replay-page.ts';
import { advanceReplay, failReplay, type LeasedReplay, leaseReplay, releaseReplay } from './replay-store.ts';

const LOOK_EVERY_MS = 1_000;
const MAX_PAGE = 200;
/** So that a slow job of one tenant does not keep those of others waiting. */
const MAX_AT_ONCE = 8;

/**
 * Works on replay jobs, each no faster than its rate: a page into the inbox, then how far it is into the database. A crash
 * in between sends that page again, which has no second effect; the job's lease runs out and another process goes on where
 * it was.
 */
@Injectable()
export class ReplayRunner implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private readonly working = new Set<Promise<void>>();
  private looking: Promise<void> = Promise.resolve();
  private wake: () => void = () => undefined;

  constructor(
    private readonly database: Database,
    private readonly publisher: Publisher,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.looking = this.keepLooking();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.looking;
    await Promise.all(this.working);
  }

  /** There may be a new job: look now. */
  look(): void {
    this.wake();
  }

  private async keepLooking(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const job = this.working.size < MAX_AT_ONCE ? await this.lease() : null;
      if (job === null) await this.idle();
      else this.start(job);
    }
  }

  private async lease(): Promise<LeasedReplay | null> {
    try {
      return await leaseReplay(this.database, randomUUID());
    } catch (error) {
      this.logger.debug({ err: error }, 'cannot look for replay jobs, trying again');
      return null;
    }
  }

  private start(job: LeasedReplay): void {
    const work = this.workOn(job).finally(() => {
      this.working.delete(work);
      this.wake();
    });
    this.working.add(work);
  }

  /** Never rejects: what a job cannot get over by itself is in its row. */
  private async workOn(job: LeasedReplay): Promise<void> {
    try {
      await this.sendAll(job);
    } catch (error) {
      this.logger.warn({ err: error, replay: job.id, outage: isOutage(error) }, 'a replay job stopped');
      // What may pass is tried again when the lease has run out, from where the job was.
      if (isLasting(error)) await this.fail(job, error.name);
    }
  }

  private async fail(job: LeasedReplay, failure: string): Promise<void> {
    try {
      await failReplay(this.database, job, failure);
    } catch (error) {
      this.logger.warn(
        { err: error, replay: job.id },
        'a replay job failed and could not be marked, it is tried again',
      );
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
      const sent = page.webhooks.length;
      const goesOn = await this.asJob(current, async (tx) => {
        await markPage(tx, page, Date.now());
        return advanceReplay(tx, job, { cursor, sent, isOver });
      });
      if (!goesOn || isOver) return;
      current = { ...current, cursor: { ...cursor } };
      await this.pause(pauseAfter(sent, job.ratePerS, performance.now() - startedAtMs));
    }
    await releaseReplay(this.database, job);
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

import { Database, type Reach, recordAudit, type Tx } from '@hub/database';
import type { Session } from '@hub/session';
import { Injectable, NotFoundException } from '@nestjs/common';
import { problem } from '../problem.ts';
import { type SearchScope, scopeName } from '../search-scope.ts';
import type { ReplayAnswer, ReplayJob } from './replay-request.ts';
import { ReplayRunner } from './replay-runner.ts';
import { cancelReplay, insertReplay, listReplays, readReplay } from './replay-store.ts';

export interface ReplayOrder {
  readonly kind: ReplayJob['kind'];
  readonly scope: SearchScope;
  readonly selection: object;
  readonly ratePerS: number;
  readonly reason: string;
  readonly dryRun: boolean;
}

const LISTED = 100;

/** Orders, looks up and stops replays. */
@Injectable()
export class ReplayJobs {
  constructor(
    private readonly database: Database,
    private readonly runner: ReplayRunner,
  ) {}

  /**
   * Says what an order touches and, unless it is a dry run, makes it a job.
   * @param start Where the job begins.
   */
  async order(
    session: Session,
    order: ReplayOrder,
    reachOf: (tx: Tx) => Promise<Reach>,
    start: (tx: Tx) => Promise<object>,
    nowMs: number,
  ): Promise<ReplayAnswer> {
    const { kind, scope, ratePerS, reason } = order;
    const tenantId = scopeName(scope);
    const answer = await this.database.asTenants(scope.see, async (tx) => {
      const reach = await reachOf(tx);
      if (order.dryRun || reach.matched === 0) return { reach, job: null };
      const filter = order.selection;
      const requestedBy = session.userId;
      const cursor = await start(tx);
      const job = await insertReplay(
        tx,
        { tenantId, kind, filter, cursor, ratePerS, reach, requestedBy, reason },
        nowMs,
      );
      // Names of the criteria only: their values may be personal.
      const detail = { kind, criteria: Object.keys(filter), ...reach, ratePerS, reason };
      await recordAudit(tx, {
        atMs: nowMs,
        actor: requestedBy,
        action: 'replay',
        tenantId,
        subject: `replay ${job.id}`,
        detail,
      });
      return { reach, job };
    });
    if (answer.job !== null) this.runner.look();
    return answer;
  }

  list(scope: SearchScope): Promise<ReplayJob[]> {
    return this.database.asTenants(scope.see, (tx) => listReplays(tx, scope.tenantIds, LISTED));
  }

  async find(scope: SearchScope, id: string): Promise<ReplayJob> {
    return found(await this.database.asTenants(scope.see, (tx) => readReplay(tx, id)));
  }

  async cancel(session: Session, scope: SearchScope, id: string, nowMs: number): Promise<ReplayJob> {
    const job = await this.database.asTenants(scope.see, async (tx) => {
      const cancelled = await cancelReplay(tx, id, nowMs);
      if (cancelled === null) return null;
      const { tenantId, sent, state } = cancelled;
      const detail = { sent, state };
      await recordAudit(tx, {
        atMs: nowMs,
        actor: session.userId,
        action: 'cancel replay',
        tenantId,
        subject: `replay ${id}`,
        detail,
      });
      return cancelled;
    });
    return found(job);
  }
}

function found(job: ReplayJob | null): ReplayJob {
  if (job === null) throw new NotFoundException(problem('replayNotFound', 'there is no such replay'));
  return job;
}

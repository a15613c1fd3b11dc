import type { LeadScoreAnswer, LeadScoreReply, LeadScoreRequest } from '@hub/contracts';

/** Answers for each request of a batch, in their order. */
export type Judge = (batch: readonly LeadScoreRequest[], nowMs: number) => Promise<readonly LeadScoreAnswer[][]>;

export interface ScoreLimits {
  /** Most leads of one batch; a larger request goes alone. */
  readonly batchLeads: number;
  /** Most leads that wait, of all tenants and of one: a tenant that floods is told so before others are. */
  readonly waitingLeads: number;
  readonly waitingLeadsOfTenant: number;
}

/** What a timer of Node can wait; more would be over at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

interface Waiting {
  readonly request: LeadScoreRequest;
  readonly answer: (reply: LeadScoreReply) => void;
  readonly fail: (error: unknown) => void;
  isOver: boolean;
}

/**
 * Requests for scores, answered in batches across tenants: one under way, the next formed of what waits meanwhile, so
 * that askers take one connection of the database and leave the others to webhooks.
 */
export class ScoreRequests {
  readonly #judge: Judge;
  readonly #limits: ScoreLimits;
  readonly #clock: () => number;
  #waiting: Waiting[] = [];
  #isWorking = false;

  constructor(judge: Judge, limits: ScoreLimits, clock: () => number) {
    this.#judge = judge;
    this.#limits = limits;
    this.#clock = clock;
  }

  /**
   * Answers by the deadline of the request, one way or another.
   * @throws What judging threw, such as an outage of the database.
   */
  async ask(request: LeadScoreRequest): Promise<LeadScoreReply> {
    const leftMs = request.deadlineMs - this.#clock();
    if (leftMs <= 0) return { outcome: 'expired' };
    if (this.#isFull(request)) return { outcome: 'overloaded' };
    return this.#enqueue(request, leftMs);
  }

  #enqueue(request: LeadScoreRequest, leftMs: number): Promise<LeadScoreReply> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        waiting.isOver = true;
        settle();
      };
      const waiting: Waiting = {
        request,
        answer: (reply) => {
          end(() => {
            resolve(reply);
          });
        },
        fail: (error) => {
          end(() => {
            reject(error);
          });
        },
        isOver: false,
      };
      const timer = setTimeout(
        () => {
          waiting.answer({ outcome: 'expired' });
        },
        Math.min(leftMs, MAX_TIMER_MS),
      );
      this.#waiting.push(waiting);
      if (!this.#isWorking) void this.#work();
    });
  }

  #isFull({ tenantId, leadIds }: LeadScoreRequest): boolean {
    const waiting = this.#waiting.filter(({ isOver }) => !isOver);
    const ofTenant = waiting.filter(({ request }) => request.tenantId === tenantId);
    const { waitingLeads, waitingLeadsOfTenant } = this.#limits;
    return (
      leadsOf(waiting) + leadIds.length > waitingLeads || leadsOf(ofTenant) + leadIds.length > waitingLeadsOfTenant
    );
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    // What comes within one turn of the loop goes together.
    await new Promise(setImmediate);
    for (let batch = this.#next(); batch.length > 0; batch = this.#next()) await this.#answerTogether(batch);
    this.#isWorking = false;
  }

  /** As many of those that wait as fit into a batch, in their order; those whose deadline passed are left out. */
  #next(): readonly Waiting[] {
    const waiting = this.#waiting.filter(({ isOver }) => !isOver);
    let leads = 0;
    const tooMany = waiting.findIndex(({ request }, at) => {
      leads += request.leadIds.length;
      return at > 0 && leads > this.#limits.batchLeads;
    });
    const count = tooMany === -1 ? waiting.length : tooMany;
    this.#waiting = waiting.slice(count);
    return waiting.slice(0, count);
  }

  /** A request that fails is found by asking for each alone, so that none fails for another's lead. */
  async #answerTogether(batch: readonly Waiting[]): Promise<void> {
    try {
      const answers = await this.#judge(
        batch.map(({ request }) => request),
        this.#clock(),
      );
      for (const [at, one] of batch.entries()) one.answer({ outcome: 'scored', leads: answers[at] ?? [] });
    } catch (error) {
      const [only] = batch;
      if (only !== undefined && batch.length === 1) {
        only.fail(error);
        return;
      }
      for (const one of batch) if (!one.isOver) await this.#answerTogether([one]);
    }
  }
}

function leadsOf(waiting: readonly Waiting[]): number {
  return waiting.reduce((sum, { request }) => sum + request.leadIds.length, 0);
}

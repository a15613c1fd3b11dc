import type { Database } from '@hub/database';
import { FeatureRows, type Scorer } from '@hub/intelligence';
import type { Logger } from '@hub/telemetry';
import type { DecidedLead } from '../decide.ts';
import { storeShadowScores } from './store-shadow-scores.ts';
import type { TenantShifts } from './tenant-shifts.ts';

/** What a shadow needs of a decision: a copy, for the decision is published and gone when its turn comes. */
interface Decided {
  readonly tenantId: string;
  readonly leadId: string;
  readonly version: number;
  readonly scoredAtMs: number;
  readonly features: Float64Array;
}

export interface ShadowParts {
  /** With a connection of its own, so that a slow insert of a shadow's keeps no decision waiting for one. */
  readonly database: Database;
  readonly shifts: TenantShifts;
  readonly logger: Logger;
  /** Told of leads by what became of them. */
  readonly counted: (outcome: 'stored' | 'dropped' | 'failed', leads: number) => void;
}

const MAX_AT_ONCE = 512;
/** Leads waiting for the shadows; beyond that the oldest go without. */
const MAX_WAITING = 4_096;

/**
 * Models that score what was decided, after it was published, and without effect: what they say is stored and nothing
 * else. They are slower than the champions at most: what they cannot keep up with they leave out.
 */
export class Shadows {
  readonly #parts: ShadowParts;
  #scorers: readonly Scorer[] = [];
  #waiting: Decided[] = [];
  #working: Promise<void> | null = null;
  #leaving: Scorer[] = [];

  constructor(parts: ShadowParts) {
    this.#parts = parts;
  }

  /** Of the models that get the next batch. */
  get hashes(): ReadonlySet<string> {
    return new Set(this.#scorers.map(({ hash }) => hash));
  }

  /** Those that are there and not in `stay` leave, once the batch they are at is done. */
  seat(stay: ReadonlySet<string>, come: readonly Scorer[]): void {
    this.#leaving.push(...this.#scorers.filter(({ hash }) => !stay.has(hash)));
    this.#scorers = [...this.#scorers.filter(({ hash }) => stay.has(hash)), ...come];
    this.#work();
  }

  /** Takes stored decisions; never waits and never throws. */
  offer(decided: readonly DecidedLead[]): void {
    if (this.#scorers.length === 0) return;
    for (const { tenantId, scored, features } of decided) {
      const { leadId, version, scoredAtMs } = scored;
      this.#waiting.push({ tenantId, leadId, version, scoredAtMs, features: features.slice() });
    }
    const tooMany = this.#waiting.length - MAX_WAITING;
    if (tooMany > 0) {
      this.#waiting.splice(0, tooMany);
      this.#parts.counted('dropped', tooMany);
    }
    this.#work();
  }

  /** Until nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#working !== null) await this.#working;
  }

  /** Lets what waits be scored and stored, then its connection go. */
  async close(): Promise<void> {
    await this.idle();
    await this.#parts.database.close();
  }

  #work(): void {
    this.#working ??= this.#workOff().finally(() => {
      this.#working = null;
      if (this.#waiting.length > 0 || this.#leaving.length > 0) this.#work();
    });
  }

  async #workOff(): Promise<void> {
    for (const scorer of this.#leaving.splice(0)) await this.#release(scorer);
    const leads = this.#waiting.splice(0, MAX_AT_ONCE);
    if (leads.length === 0) return;
    for (const scorer of this.#scorers) await this.#score(scorer, leads);
  }

  async #score(scorer: Scorer, leads: readonly Decided[]): Promise<void> {
    const { database, shifts, counted, logger } = this.#parts;
    try {
      const rows = FeatureRows.of(leads.map(({ features }) => features));
      const ofTenants = shifts.of(
        scorer.hash,
        leads.map(({ tenantId }) => tenantId),
      );
      const decisions = await scorer.score(rows, ofTenants);
      const said = leads.map((lead, at) => ({
        ...lead,
        model: scorer.hash,
        logit: decisions.logits[at] ?? Number.NaN,
      }));
      decisions.release();
      await storeShadowScores(database, said);
      counted('stored', leads.length);
    } catch (error) {
      counted('failed', leads.length);
      logger.warn({ err: error, hash: scorer.hash, leads: leads.length }, 'a shadow missed decisions');
    }
  }

  async #release(scorer: Scorer): Promise<void> {
    try {
      await scorer.close();
    } catch (error) {
      this.#parts.logger.error({ err: error, hash: scorer.hash }, 'a shadow could not be released');
    }
  }
}

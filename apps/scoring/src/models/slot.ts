import type { Decisions, FeatureRows, ModelName, Scorer } from '@hub/intelligence';
import type { Breaker } from '@hub/resilience';
import type { Logger } from '@hub/telemetry';
import type { OptionalModel, Scored } from './models.ts';
import type { TenantShifts } from './tenant-shifts.ts';

/** A model that answers in a slot, and for how many batches it is answering now. */
interface Tenure {
  readonly scorer: Scorer;
  busy: number;
  /** Called when nothing is in flight and nothing will be. */
  leave: (() => void) | null;
}

/**
 * One place for a registered model, empty at first. Who sits in it can be replaced at any time: batches in flight end on
 * the model they began with, which is released after the last of them.
 */
export class Slot implements OptionalModel {
  readonly #name: ModelName;
  readonly #breaker: Breaker;
  readonly #logger: Logger;
  readonly #shifts: TenantShifts;
  #sitting: Tenure | null = null;

  constructor(name: ModelName, breaker: Breaker, logger: Logger, shifts: TenantShifts) {
    this.#name = name;
    this.#breaker = breaker;
    this.#logger = logger;
    this.#shifts = shifts;
  }

  /** Hash of the model that gets the next batch; null when the slot is empty. */
  get hash(): string | null {
    return this.#sitting?.scorer.hash ?? null;
  }

  async score(rows: FeatureRows, tenantIds: readonly string[]): Promise<Scored | null> {
    const tenure = this.#sitting;
    if (tenure === null) return null;
    const shifts = this.#shifts.of(tenure.scorer.hash, tenantIds);
    try {
      const decisions = await this.#breaker.call(() => run(tenure, rows, shifts));
      return answer(decisions, tenure.scorer, 'onnx');
    } catch (error) {
      this.#logger.error({ model: this.#name, hash: tenure.scorer.hash, err: error }, 'a model failed on a batch');
      return null;
    }
  }

  /**
   * Seats another model, or none. From here on it gets the batches.
   * @returns when the one before has answered its last batch, and its memory is free.
   */
  async seat(scorer: Scorer | null): Promise<void> {
    const before = this.#sitting;
    this.#sitting = scorer === null ? null : { scorer, busy: 0, leave: null };
    if (before === null) return;
    if (before.busy > 0) await new Promise<void>((resolve) => (before.leave = resolve));
    await before.scorer.close();
  }
}

/** Busy until the model has ended, even where nobody waits for it any more: it must not be released before. */
async function run(tenure: Tenure, rows: FeatureRows, shifts: Float64Array | undefined): Promise<Decisions> {
  tenure.busy += 1;
  try {
    return await tenure.scorer.score(rows, shifts);
  } finally {
    tenure.busy -= 1;
    if (tenure.busy === 0) tenure.leave?.();
  }
}

export function answer(decisions: Decisions, scorer: Scorer, servedBy: 'onnx' | 'builtin'): Scored {
  return { decisions, hash: scorer.hash, kind: scorer.kind, servedBy };
}

import { UNKNOWN_TENANT } from '@hub/contracts';
import type { Logger } from '@hub/telemetry';
import type { Lane, LaneChooser } from './lane-chooser.ts';
import type { SharedLimits } from './shared-limits.ts';

const ROUND_MS = 250;

/** The limits at work: reads the clock, and tells other gateways now and then what this one let in. */
export class Lanes {
  readonly #chooser: LaneChooser;
  readonly #shared: SharedLimits | null;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | null = null;
  #isAlone = false;

  /** @param shared Null where nothing is shared: each gateway goes by itself. */
  constructor(chooser: LaneChooser, shared: SharedLimits | null, logger: Logger) {
    this.#chooser = chooser;
    this.#shared = shared;
    this.#logger = logger;
  }

  /** Counts one webhook of a tenant; those that name none have one limit together. */
  laneOf(tenantId: string | null): Lane {
    return this.#chooser.laneOf(tenantId ?? UNKNOWN_TENANT, nowUs());
  }

  start(): void {
    this.#timer = setInterval(() => {
      // A round that takes longer is not overtaken by the next.
      this.#round ??= this.#reconcile().finally(() => {
        this.#round = null;
      });
    }, ROUND_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#round;
  }

  /** Never rejects: without the totals each gateway goes by itself. */
  async #reconcile(): Promise<void> {
    if (this.#shared === null) this.#chooser.takeCounts();
    else await this.#share(this.#shared);
    this.#chooser.forgetIdle(nowUs());
  }

  async #share(shared: SharedLimits): Promise<void> {
    try {
      await shared.reconcile(nowUs());
      this.#isAlone = false;
    } catch (error) {
      if (!this.#isAlone) this.#logger.warn({ err: error }, 'limits of tenants are not shared for now');
      this.#isAlone = true;
    }
  }
}

/** A clock that only goes forward: a step of the wall clock must not slow anyone. */
function nowUs(): number {
  return performance.now() * 1_000;
}

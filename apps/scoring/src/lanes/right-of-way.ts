import { Injectable } from '@nestjs/common';
import { untilSlowTurnMs } from './slow-turn.ts';

/** The live lane may have become idle meanwhile. */
const LOOK_AGAIN_MS = 25;

/** Both lanes work on one processor and one database; this is where they meet. */
@Injectable()
export class RightOfWay {
  #inHand = 0;
  #liveEndedAtMs = -Infinity;
  #last = { endedAtMs: -Infinity, tookMs: 0 };
  #stopped = false;

  /** Live work: it goes at once. */
  async live<T>(work: () => Promise<T>): Promise<T> {
    this.#inHand += 1;
    try {
      return await work();
    } finally {
      this.#inHand -= 1;
      this.#liveEndedAtMs = performance.now();
    }
  }

  /** Slow work: it goes as soon as the live lane leaves room. */
  async slow<T>(work: () => Promise<T>): Promise<T> {
    await this.#room();
    const startedAtMs = performance.now();
    try {
      return await work();
    } finally {
      const endedAtMs = performance.now();
      this.#last = { endedAtMs, tookMs: endedAtMs - startedAtMs };
    }
  }

  /** From now on nothing waits: what is in hand is to be finished. */
  stop(): void {
    this.#stopped = true;
  }

  async #room(): Promise<void> {
    while (!this.#stopped) {
      const live = { inHand: this.#inHand, lastEndedAtMs: this.#liveEndedAtMs };
      const waitMs = untilSlowTurnMs(live, this.#last, performance.now());
      if (waitMs === 0) return;
      await new Promise((resolve) => {
        setTimeout(resolve, Math.min(waitMs, LOOK_AGAIN_MS));
      });
    }
  }
}

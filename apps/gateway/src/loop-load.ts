import { type EventLoopUtilization, performance } from 'node:perf_hooks';

const SAMPLE_MS = 100;

/** How busy this thread's event loop has lately been. */
export class LoopLoad {
  readonly #nowMs: () => number;
  readonly #read: () => EventLoopUtilization;
  #last: EventLoopUtilization;
  #sampledAtMs: number;
  #share = 0;

  /** @param nowMs A clock that only goes forward. */
  constructor(nowMs = () => performance.now(), read = () => performance.eventLoopUtilization()) {
    this.#nowMs = nowMs;
    this.#read = read;
    this.#last = read();
    this.#sampledAtMs = nowMs();
  }

  /** In [0, 1], over the last 100 ms or more. */
  share(): number {
    const nowMs = this.#nowMs();
    if (nowMs - this.#sampledAtMs < SAMPLE_MS) return this.#share;
    const now = this.#read();
    const active = now.active - this.#last.active;
    const idle = now.idle - this.#last.idle;
    this.#share = active / Math.max(active + idle, Number.MIN_VALUE);
    this.#last = now;
    this.#sampledAtMs = nowMs;
    return this.#share;
  }
}

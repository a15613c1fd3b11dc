import { Worker } from 'node:worker_threads';
import { encodeChecks } from './check-batch.ts';
import { type Check, verifyNow } from './verify-now.ts';

/** A batch takes about 2 ms: what waits for it must not wait long. */
const CHECKS_PER_BATCH = 32;
/** Fewer are checked sooner here than handed over. */
const FEWEST_PER_BATCH = 3;
/** One that is worked on, and one that lies ready, so that the thread never waits for this one. */
const BATCHES_UNDER_WAY = 2;
/** The thread holds nothing but a batch; V8 would give it as much as a whole process. */
const LIMITS = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 16 };

// Built code has another ending than the sources it was made from.
const PROGRAM = new URL(`./check-thread.main${import.meta.url.slice(-3)}`, import.meta.url);

interface Pending {
  readonly check: Check;
  readonly resolve: (matches: boolean) => void;
}

/**
 * Checks signatures on a thread of its own, in batches: handing one over costs about as much as checking it, so what
 * comes in while the thread is busy goes over together. Node's thread pool takes them one by one only.
 */
export class CheckThread {
  #thread: Worker | null = null;
  #isReady = false;
  #waiting: Pending[] = [];
  readonly #underWay: (readonly Pending[])[] = [];

  /** Whether it takes batches. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Begins to start the thread, which takes a moment, and on a busy machine a second. What comes until then is checked here. */
  start(): void {
    this.#thread ??= this.#started();
  }

  /** Never rejects: what the thread does not answer, because it has died, is checked here. */
  matches(check: Check): Promise<boolean> {
    return new Promise((resolve) => {
      this.#waiting.push({ check, resolve });
      // The rest of this turn of the event loop may bring more.
      if (this.#waiting.length === 1) setImmediate(() => this.#handOver());
    });
  }

  /** Ends the thread; the next check starts another. */
  async close(): Promise<void> {
    await this.#thread?.terminate();
  }

  #handOver(): void {
    this.start();
    const areFew = this.#underWay.length === 0 && this.#waiting.length < FEWEST_PER_BATCH;
    if (areFew || !this.#isReady) {
      settleHere(this.#waiting.splice(0));
      return;
    }
    while (this.#waiting.length > 0 && this.#underWay.length < BATCHES_UNDER_WAY) {
      const batch = this.#waiting.splice(0, CHECKS_PER_BATCH);
      const bytes = encodeChecks(batch.map(({ check }) => check));
      this.#underWay.push(batch);
      this.#thread?.postMessage(bytes, [bytes.buffer]);
    }
  }

  #started(): Worker {
    const thread = new Worker(PROGRAM, { resourceLimits: LIMITS });
    thread.on('message', (verdicts: Uint8Array) => {
      if (verdicts.length === 0) this.#isReady = true;
      else this.#underWay.shift()?.forEach(({ resolve }, at) => resolve(verdicts[at] === 1));
      if (this.#waiting.length > 0) this.#handOver();
    });
    // 'exit' follows, and settles what is under way.
    thread.on('error', () => undefined);
    thread.on('exit', () => {
      this.#thread = null;
      this.#isReady = false;
      settleHere([...this.#underWay.splice(0).flat(), ...this.#waiting.splice(0)]);
    });
    // Listening holds the process; whoever waits for an answer has a connection that does.
    thread.unref();
    return thread;
  }
}

function settleHere(pending: readonly Pending[]): void {
  for (const { check, resolve } of pending) resolve(verifyNow(check));
}

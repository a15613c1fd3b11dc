import { Worker } from 'node:worker_threads';
import type { LoadOrder, LoadOutcome } from './load-run.ts';

/** The load generator, in a thread of its own: nothing that the bench does delays a request. */
export class LoadGenerator {
  readonly #thread = new Worker(new URL('./load-thread.ts', import.meta.url));

  run(order: LoadOrder): Promise<LoadOutcome> {
    return new Promise((resolve, reject) => {
      const failed = (error: Error): void => {
        this.#thread.off('message', done);
        reject(error);
      };
      const done = (outcome: LoadOutcome): void => {
        this.#thread.off('error', failed);
        resolve(outcome);
      };
      this.#thread.once('error', failed);
      this.#thread.once('message', done);
      this.#thread.postMessage(order);
    });
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }
}

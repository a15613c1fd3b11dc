import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { SignerOptions, SignOrder } from './signer.ts';

/** Whole requests, end to end in memory that threads share, with what each of them carries. */
export interface SignedPart {
  readonly bytes: SharedArrayBuffer;
  /** Where each request begins, and where the last one ends. */
  readonly offsets: Uint32Array;
  /** Of each request's event. */
  readonly eventIds: readonly string[];
}

export type SignedBatch = readonly SignedPart[];

/** What a batch's requests carry: events of a brokerage, or such of a type that nobody knows. */
export type BodyKind = 'events' | 'parked';

export function sizeOf(batch: SignedBatch): number {
  return batch.reduce((sum, part) => sum + part.eventIds.length, 0);
}

export function eventIdsOf(batch: SignedBatch): string[] {
  return batch.flatMap((part) => part.eventIds);
}

export function requestsOf(batch: SignedBatch): Uint8Array[] {
  return batch.flatMap(({ bytes, offsets, eventIds }) => {
    const whole = Buffer.from(bytes);
    return eventIds.map((_, at) => whole.subarray(offsets[at], offsets[at + 1]));
  });
}

/** Builds and signs requests in a thread per core before a phase, so that this does not compete with what is measured. */
export class Signers {
  readonly #workers: readonly Worker[];

  constructor(options: Omit<SignerOptions, 'seed'>) {
    this.#workers = Array.from({ length: availableParallelism() }, (_, seed) => {
      const workerData: SignerOptions = { ...options, seed };
      return new Worker(new URL('./signer.ts', import.meta.url), { workerData });
    });
  }

  /** `count` requests with ids that no other batch has. */
  async sign(count: number, kind: BodyKind = 'events'): Promise<SignedBatch> {
    const share = Math.ceil(count / this.#workers.length);
    return Promise.all(
      this.#workers.map((worker, at) => {
        const order: SignOrder = { count: Math.max(0, Math.min(share, count - at * share)), kind };
        return new Promise<SignedPart>((resolve, reject) => {
          worker.once('error', reject);
          worker.once('message', (part: SignedPart) => {
            worker.off('error', reject);
            resolve(part);
          });
          worker.postMessage(order);
        });
      }),
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

import { Worker } from 'node:worker_threads';
import type { SentElsewhere } from './crm.ts';
import type { FloodOptions } from './flood-thread.ts';
import type { Hub } from './hub.ts';

/** To the thread. */
export type FloodOrder =
  | { readonly kind: 'flow'; readonly ratePerS: number; readonly forMs: number }
  | { readonly kind: 'end' };

/** From the thread. */
export type FloodReport =
  | { readonly kind: 'said'; readonly line: string }
  | { readonly kind: 'flowed' }
  | ({ readonly kind: 'ended' } & SentElsewhere);

/** One tenant's sender in a thread of its own. */
export class Flood {
  readonly #worker: Worker;

  constructor({ webhook, key, say }: Hub, tenantId: string, seed: number) {
    const workerData: FloodOptions = { url: webhook.href, key, tenants: [tenantId], seed };
    this.#worker = new Worker(new URL('./flood-thread.ts', import.meta.url), {
      workerData,
      execArgv: ['--conditions=source'],
    });
    this.#worker.on('message', (report: FloodReport) => {
      if (report.kind === 'said') say(report.line);
    });
  }

  /** Sends at a constant rate for so long. */
  async flow(ratePerS: number, forMs: number): Promise<void> {
    this.#order({ kind: 'flow', ratePerS, forMs });
    await this.#report('flowed');
  }

  /** What was sent in all, when it is accepted or was tried long enough. The thread is gone then. */
  async end(): Promise<SentElsewhere> {
    this.#order({ kind: 'end' });
    return this.#report('ended');
  }

  /** Without waiting for anything. */
  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #order(order: FloodOrder): void {
    this.#worker.postMessage(order);
  }

  async #report<K extends FloodReport['kind']>(kind: K): Promise<Extract<FloodReport, { kind: K }>> {
    const { promise, resolve, reject } = Promise.withResolvers<Extract<FloodReport, { kind: K }>>();
    const hear = (report: FloodReport): void => {
      if (isOf(kind, report)) resolve(report);
    };
    this.#worker.on('message', hear).once('error', reject);
    try {
      return await promise;
    } finally {
      this.#worker.off('message', hear).off('error', reject);
    }
  }
}

function isOf<K extends FloodReport['kind']>(
  kind: K,
  report: FloodReport,
): report is Extract<FloodReport, { kind: K }> {
  return report.kind === kind;
}

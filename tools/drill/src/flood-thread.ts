import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { Crm, type CrmOptions } from './crm.ts';
import type { FloodOrder, FloodReport } from './flood.ts';
import { Outages } from './outages.ts';

/** What the thread is started with. */
export type FloodOptions = Pick<CrmOptions, 'key' | 'tenants' | 'seed'> & { readonly url: string };

const ACCEPT_MS = 90_000;

/** A sender of its own: what it signs and sends does not delay whoever is measured. */
const { url, ...options } = workerData as FloodOptions;
const say = (line: string): void => tell({ kind: 'said', line });
const crm = new Crm({ ...options, url: new URL(url), gatewayDown: new Outages(), say });

parentPort?.on('message', (order: FloodOrder) => {
  void (order.kind === 'flow' ? flow(order.ratePerS, order.forMs) : end());
});

async function flow(ratePerS: number, forMs: number): Promise<void> {
  await crm.flow(ratePerS, AbortSignal.timeout(forMs));
  tell({ kind: 'flowed' });
}

/** Once everything sent is accepted, or has been tried long enough. */
async function end(): Promise<void> {
  const deadline = AbortSignal.timeout(ACCEPT_MS);
  while (crm.open > 0 && !deadline.aborted) await once(AbortSignal.any([deadline, AbortSignal.timeout(20)]), 'abort');
  crm.close();
  tell({ kind: 'ended', sent: crm.sent, acked: crm.acked, counts: crm.counts });
  parentPort?.close();
}

function tell(report: FloodReport): void {
  parentPort?.postMessage(report);
}

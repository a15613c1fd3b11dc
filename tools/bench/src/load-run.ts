import { ConstantRate } from './arrival.ts';
import { HttpLoad } from './http-load.ts';
import { requestsOf, type SignedBatch } from './signed-batch.ts';
import { startTicks } from './ticks.ts';

/** One phase of constant rate. */
export interface LoadOrder {
  readonly url: string;
  readonly batch: SignedBatch;
  readonly ratePerS: number;
  readonly connections: number;
}

/** What became of each request, by its number in the batch. */
export interface LoadOutcome {
  /** 0: sent, and never answered; -1: not sent, because too much was waiting. */
  readonly statuses: Int16Array;
  /** Ms from the intended send time to the answer. */
  readonly latencies: Float64Array;
  /** Ms from the intended send time to the call: how late the generator itself was. */
  readonly lateness: Float64Array;
  /** Processor time that the generator used while it sent, in ms. */
  readonly cpuMs: number;
  readonly durationMs: number;
  /** By text of the error. */
  readonly errors: Readonly<Record<string, number>>;
}

const ANSWER_MS = 16_000;
const TICK_MS = 0.5;
/** Where so much waits for a connection, the receiver has lost: sending on would only take time. */
const GIVE_UP_AFTER_MS = 1_500;

/** Runs one phase on connections of its own. Everything is allocated before the first request. */
export async function runLoad(order: LoadOrder): Promise<LoadOutcome> {
  const requests = requestsOf(order.batch);
  const load = new HttpLoad(new URL(order.url), order.connections);
  await load.open();
  const statuses = new Int16Array(requests.length).fill(-1);
  const latencies = new Float64Array(requests.length);
  const lateness = new Float64Array(requests.length);
  const errors: Record<string, number> = {};
  const mostQueued = (order.ratePerS * GIVE_UP_AFTER_MS) / 1_000;
  const { promise: over, resolve: finish } = Promise.withResolvers<void>();
  let open = 0;
  let gaveUp = false;

  const send = (index: number, intendedMs: number): void => {
    const request = requests[index];
    if (request === undefined || gaveUp) return;
    gaveUp = load.queued > mostQueued;
    statuses[index] = 0;
    lateness[index] = performance.now() - intendedMs;
    open += 1;
    load.call(request, (outcome) => {
      open -= 1;
      if (outcome instanceof Error) errors[outcome.message] = (errors[outcome.message] ?? 0) + 1;
      else {
        statuses[index] = outcome.status;
        latencies[index] = outcome.atMs - intendedMs;
        // An answer is as good a moment as a tick to see what is due.
        if (!gaveUp) arrivals.catchUp(outcome.atMs);
      }
      if (open === 0 && (gaveUp || arrivals.isOver)) finish();
    });
  };

  const startMs = performance.now() + 50;
  const arrivals = new ConstantRate(order.ratePerS, requests.length, startMs, send);
  const cpuBefore = process.threadCpuUsage();
  const stopTicks = startTicks(TICK_MS, () => {
    if (!gaveUp) arrivals.catchUp(performance.now());
  });
  const latest = setTimeout(finish, (requests.length / order.ratePerS) * 1_000 + ANSWER_MS);
  await over;
  clearTimeout(latest);
  stopTicks();
  const cpu = process.threadCpuUsage(cpuBefore);
  const durationMs = performance.now() - startMs;
  load.close();
  return { statuses, latencies, lateness, errors, cpuMs: (cpu.user + cpu.system) / 1_000, durationMs };
}

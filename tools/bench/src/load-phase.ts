import { cpuSeconds } from './cpu-time.ts';
import type { LoadGenerator } from './load-generator.ts';
import type { LoadOutcome } from './load-run.ts';
import { percentile } from './percentile.ts';
import type { Receiver } from './receiver.ts';
import { eventIdsOf, type SignedBatch } from './signed-batch.ts';

/** What one phase of constant rate at one receiver showed. */
export interface LoadPhase {
  readonly receiver: string;
  readonly ratePerS: number;
  readonly accepted: number;
  /** Anything but 2xx, by what it was. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Of accepted webhooks, in ms from the intended send time; the first part of the phase is left out. */
  readonly ackMs: Float64Array;
  readonly ackP50Ms: number;
  readonly ackP99Ms: number;
  readonly lost: number;
  readonly writes: number;
  /** Of one core, while requests were sent. */
  readonly cpu: { readonly receiver: number; readonly store: number; readonly generator: number };
  /** How late the generator called, in ms. */
  readonly latenessP99Ms: number;
}

const CONNECTIONS = 256;
const WARM_UP_SHARE = 0.2;

export async function runLoadPhase(
  generator: LoadGenerator,
  receiver: Receiver,
  batch: SignedBatch,
  ratePerS: number,
  { areCopies = false }: { readonly areCopies?: boolean } = {},
): Promise<LoadPhase> {
  const before = cpuSeconds(receiver.pids());
  const outcome = await generator.run({ url: receiver.url, batch, ratePerS, connections: CONNECTIONS });
  const after = cpuSeconds(receiver.pids());
  const share = (name: string): number =>
    ((after.get(name) ?? 0) - (before.get(name) ?? 0)) / (outcome.durationMs / 1_000);
  const eventIds = eventIdsOf(batch);
  const accepted = eventIds.filter((_, at) => isAccepted(outcome.statuses[at]));
  const ackMs = ackTimes(outcome);
  return {
    receiver: receiver.name,
    ratePerS,
    accepted: accepted.length,
    refusals: refusalsOf(outcome),
    ackMs,
    ackP50Ms: percentileOf(ackMs, 0.5),
    ackP99Ms: percentileOf(ackMs, 0.99),
    // A copy may be accepted without being stored once more.
    ...(await receiver.check(areCopies ? [] : accepted)),
    cpu: { receiver: share('receiver'), store: share('store'), generator: outcome.cpuMs / outcome.durationMs },
    latenessP99Ms: percentileOf(outcome.lateness, 0.99),
  };
}

/** As `percentile`, of numbers that stay in their order. */
export function percentileOf(values: Float64Array, share: number): number {
  return percentile([...values], share);
}

function isAccepted(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300;
}

function ackTimes({ statuses, latencies }: LoadOutcome): Float64Array {
  const from = Math.floor(statuses.length * WARM_UP_SHARE);
  return latencies.filter((_, at) => at >= from && isAccepted(statuses[at]));
}

function refusalsOf({ statuses, errors }: LoadOutcome): Record<string, number> {
  const refusals: Record<string, number> = { ...errors };
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
  for (const status of statuses) {
    if (isAccepted(status)) continue;
    const what = status > 0 ? `HTTP ${status}` : status === 0 ? 'no answer' : 'not sent';
    refusals[what] = (refusals[what] ?? 0) + 1;
  }
  // Each error left a request without an answer; what is left over got neither.
  const silent = (refusals['no answer'] ?? 0) - failed;
  delete refusals['no answer'];
  return silent > 0 ? { ...refusals, 'no answer': silent } : refusals;
}

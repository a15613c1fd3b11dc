import { FeatureRows, type LeadState } from '@hub/intelligence';
import { NOW_MS } from './leads.ts';
import { decideOn, rawRun, type Served } from './serving.ts';

export const BATCH = 256;

/** How long one lead takes alone, in ms. */
export async function oneLead(
  leads: readonly LeadState[],
  served: Served,
  seconds: number,
): Promise<readonly number[]> {
  const took: number[] = [];
  const endMs = performance.now() + seconds * 1_000;
  for (let turn = 0; performance.now() < endMs; turn += 1) {
    const lead = leads.slice(turn % leads.length, (turn % leads.length) + 1);
    took.push(await timed(() => decideOn(lead, served)));
  }
  return took;
}

/** Times of batches in ms: all that a service makes of one, the scorers alone, and the runtime alone. */
export interface Batches {
  readonly whole: Times;
  readonly scorers: Times;
  readonly raw: Times;
}

export interface Times {
  /** By the clock, each. */
  readonly tookMs: number[];
  /**
   * Of the processor, by the one thread that works, all together: what else the machine does is not in it, and systems
   * that count by ticks of some milliseconds are right about many batches only.
   */
  cpuMs: number;
}

/** Takes turns, so that what else the machine does falls on all alike. */
export async function batches(leads: readonly LeadState[], served: Served, seconds: number): Promise<Batches> {
  const none = (): Times => ({ tookMs: [], cpuMs: 0 });
  const took: Batches = { whole: none(), scorers: none(), raw: none() };
  const jobs = inBatches(leads).map((batch) => ({
    whole: () => decideOn(batch, served),
    scorers: scorersOn(batch, served),
    raw: rawRun(batch, served),
  }));
  const endMs = performance.now() + seconds * 1_000;
  // The clock of the processor ticks slowly on some systems: none of the three ends at 0.
  const isMeasured = (): boolean => Object.values(took).every(({ cpuMs }: Times) => cpuMs > 0);
  while (performance.now() < endMs || !isMeasured()) {
    for (const job of jobs) {
      for (const kind of ['whole', 'scorers', 'raw'] as const) {
        const before = process.threadCpuUsage();
        took[kind].tookMs.push(await timed(job[kind]));
        const { user, system } = process.threadCpuUsage(before);
        took[kind].cpuMs += (user + system) / 1_000;
      }
    }
  }
  return took;
}

function scorersOn(leads: readonly LeadState[], { scorers }: Served): () => Promise<void> {
  const rows = new FeatureRows();
  for (const state of leads) rows.add(state, NOW_MS);
  return async () => {
    for (const decisions of await Promise.all(scorers.map((scorer) => scorer.score(rows)))) decisions.release();
  };
}

/** Resident memory in MB over many scores, two for each lead: the mean of the first tenth and of the last. */
export async function memory(
  leads: readonly LeadState[],
  served: Served,
  scores: number,
  signal: AbortSignal,
): Promise<{ readonly firstMb: number; readonly lastMb: number }> {
  const jobs = inBatches(leads);
  const rounds = Math.ceil(scores / 2 / BATCH);
  const sampled: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    signal.throwIfAborted();
    await decideOn(jobs[round % jobs.length] ?? [], served);
    sampled.push(process.memoryUsage.rss() / 2 ** 20);
  }
  const tenth = Math.max(1, Math.floor(sampled.length / 10));
  return { firstMb: mean(sampled.slice(0, tenth)), lastMb: mean(sampled.slice(-tenth)) };
}

function inBatches(leads: readonly LeadState[]): readonly (readonly LeadState[])[] {
  return Array.from({ length: Math.floor(leads.length / BATCH) }, (_, at) => leads.slice(at * BATCH, (at + 1) * BATCH));
}

async function timed(job: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await job();
  return performance.now() - startedMs;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

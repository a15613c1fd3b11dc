import { join } from 'node:path';
import { createPool, Database, isOutage } from '@hub/database/searching';
import type { TrainingOptions } from '@hub/intelligence/training';
import { createBreaker } from '@hub/resilience';
import { add } from '../models/add.ts';
import { openRegistry } from '../models/open-registry.ts';
import { defaultFolder, runTruth, summaryOf } from '../truth/run-truth.ts';
import { codeVersion } from './code-version.ts';
import { readOptions, type TrainOptions, USAGE } from './options.ts';
import { postgresLog } from './postgres-log.ts';
import { progressOn } from './progress.ts';
import { runTraining, type TrainingRun } from './run-training.ts';
import { simulatedLog } from './simulated-log.ts';

const DAY_MS = 86_400_000;
const MONTH_MS = 30.44 * DAY_MS;
/** A page of leads with long histories takes a while on a busy server. */
const DEADLINE_MS = 120_000;
const SIMULATED = { tenants: 6, leadsPerDay: 20 };

export interface Surroundings {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** The checkout. */
  readonly root: string;
  readonly nowMs: () => number;
  readonly out: Pick<NodeJS.WriteStream, 'write'>;
  readonly errors: Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean };
  readonly signal: AbortSignal;
  /** Overrides the trainer's defaults. */
  readonly training?: Partial<TrainingOptions>;
}

/** There is no event log to be read. */
export class NoLog extends Error {
  override readonly name = 'NoLog';
}

/** `npm run train`. @throws UsageError, NoLog or NotEnough, each with words for whoever asked. */
export async function runCommand(around: Surroundings): Promise<void> {
  if (around.args.includes('--help')) return void around.out.write(`${USAGE}\n`);
  const options = readOptions(around.args, around.nowMs());
  if (options.truth) return tellTruth(options, around);
  await using cleanup = new AsyncDisposableStack();
  const { seed, threads, untilMs, models, force } = options;
  // Before anything is learned: where there is no registry, it says so at once.
  const registry = options.register ? openRegistry(around.env) : null;
  cleanup.defer(async () => registry?.database.close());
  const run: TrainingRun = {
    models,
    log: logOf(options, around, cleanup),
    untilMs,
    modelsDir: options.out ?? join(around.root, '.hub', 'models'),
    force,
    learning: { seed, threads, signal: around.signal, ...(around.training && { training: around.training }) },
    codeVersion: await codeVersion(),
    nowMs: around.nowMs(),
    progress: progressOn(around.errors, around.nowMs),
  };
  const written = await runTraining(run).catch(explained);
  for (const { folder, manifest } of written) {
    around.out.write(`${folder}\n`);
    for (const warning of manifest.warnings) around.errors.write(`  warning: ${warning}\n`);
    if (registry !== null) await add(registry, [folder, '--because', 'trained on the event log']);
  }
}

async function tellTruth({ quick, seed, threads, out }: TrainOptions, around: Surroundings): Promise<void> {
  const { root, signal, errors, nowMs } = around;
  const folder = out ?? defaultFolder(root);
  const { page, figures } = await runTruth({
    quick,
    seed,
    threads,
    folder,
    signal,
    progress: progressOn(errors, nowMs),
  });
  around.out.write(`${summaryOf(figures)}${page}\n`);
}

function logOf(
  { source, untilMs, seed }: TrainOptions,
  { env }: Surroundings,
  cleanup: AsyncDisposableStack,
): TrainingRun['log'] {
  if (source.kind === 'simulated') {
    const startMs = Math.round(untilMs - source.months * MONTH_MS);
    return simulatedLog({ ...SIMULATED, seed, startMs, endMs: untilMs });
  }
  const url = env['DATABASE_URL'] ?? '';
  if (url === '') throw new NoLog('no hub runs from this folder: start it (npm start), or set DATABASE_URL');
  const pool = createPool({ url, name: 'hub-train', max: 1, statementTimeoutMs: DEADLINE_MS });
  const breaker = createBreaker({ name: 'postgres', timeoutMs: DEADLINE_MS, isFailure: isOutage });
  const database = new Database(pool, breaker);
  cleanup.defer(() => database.close());
  return postgresLog(database, untilMs);
}

function explained(error: unknown): never {
  if (isOutage(error))
    throw new NoLog('Postgres cannot be reached: is the hub running? See DATABASE_URL', { cause: error });
  throw error;
}

import cluster from 'node:cluster';
import { forkWorker } from './cluster-worker.ts';
import { WorkerKeeper } from './keep-workers.ts';
import { logLine } from './log-line.ts';

const WORKER_HEAP = [
  // In MiB. Left alone, V8 lets the young generation grow under load until the process holds twice the memory.
  '--max-semi-space-size=8',
  // The next full collection comes at 2.5 times of what the last one left, not at little more than that: for the 100 ms that
  // one takes, its threads have the other core, and webhooks wait.
  '--heap-growing-percent=150',
];

const READY_WITHIN_MS = 30_000;
/** Somewhat more than a worker gives itself. */
const DRAIN_WITHIN_MS = 120_000;
const BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 5_000;

/**
 * The first process of the gateway: holds the listening socket, keeps `count` workers on it, and replaces them on SIGHUP.
 * It imports nothing of the service, so that it stays small.
 */
export async function runPrimary(count: number): Promise<void> {
  // Workers accept from one shared socket: no connection passes through this process.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({ execArgv: [...process.execArgv, ...WORKER_HEAP] });
  const keeper = new WorkerKeeper({
    count,
    fork: forkWorker,
    log: logLine,
    readyWithinMs: READY_WITHIN_MS,
    drainWithinMs: DRAIN_WITHIN_MS,
    backoffMs: BACKOFF_MS,
    maxBackoffMs: MAX_BACKOFF_MS,
  });
  process.on('SIGHUP', () => void restart(keeper));
  stopOnSignals(keeper);
  keeper.start();
  const { code } = await keeper.failedToStart;
  keeper.kill();
  process.exit(code ?? 1);
}

async function restart(keeper: WorkerKeeper): Promise<void> {
  logLine('info', 'restarting: a new worker is started before the old one is drained');
  if (await keeper.replaceAll()) logLine('info', 'restarted');
}

function stopOnSignals(keeper: WorkerKeeper): void {
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) {
      keeper.kill();
      process.exit(1);
    }
    stopping = true;
    await keeper.stop();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());
}

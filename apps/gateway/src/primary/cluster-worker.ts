import cluster from 'node:cluster';
import { DRAIN, isCannotServe, READY, REPLACES_VARIABLE } from './messages.ts';
import type { Worker, WorkerEnd } from './keep-workers.ts';

/**
 * A worker of Node's cluster. It listens on a socket that this process opened and shares: what waits in the kernel to be
 * accepted belongs to all workers, and is taken by another when one of them ends.
 */
export function forkWorker(replaces: boolean): Worker {
  const worker = cluster.fork(replaces ? { [REPLACES_VARIABLE]: '1' } : {});
  const ready = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<WorkerEnd>();
  let why: string | undefined;
  worker.on('message', (message: unknown) => {
    if (message === READY) ready.resolve();
    if (isCannotServe(message)) why = message.cannotServe;
  });
  worker.once('exit', (code: number | null, signal: string | null) =>
    ended.resolve({ code, signal, ...(why !== undefined && { why }) }),
  );
  return {
    pid: worker.process.pid ?? 0,
    ready: ready.promise,
    ended: ended.promise,
    drain: () => {
      // One that has just died is gone already, which is what was wanted.
      if (worker.isConnected()) worker.send(DRAIN);
    },
    kill: (signal) => void worker.process.kill(signal),
  };
}

import { Worker } from 'node:worker_threads';

/**
 * Calls `tick` at a period finer than the millisecond of an event loop's timers: a thread of its own sleeps that long.
 * @returns How to end it.
 */
export function startTicks(periodMs: number, tick: () => void): () => void {
  const sleeper = new Worker(new URL('./sleeper.ts', import.meta.url), { workerData: { periodMs } });
  sleeper.on('message', tick);
  return () => {
    sleeper.off('message', tick);
    void sleeper.terminate();
  };
}

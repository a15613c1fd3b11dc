import { parentPort, workerData } from 'node:worker_threads';

const { periodMs } = workerData as { periodMs: number };
const never = new Int32Array(new SharedArrayBuffer(4));

// Ends with its thread.
for (let nextMs = performance.now(); ;) {
  nextMs = Math.max(nextMs + periodMs, performance.now());
  Atomics.wait(never, 0, 0, nextMs - performance.now());
  parentPort?.postMessage(null);
}

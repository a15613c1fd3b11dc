import { parentPort } from 'node:worker_threads';
import { type LoadOrder, runLoad } from './load-run.ts';

// What `runLoad` throws is not caught: it ends the thread, and the thread's owner hears of it.
parentPort?.on(
  'message',
  (order: LoadOrder) => void runLoad(order).then((outcome) => parentPort?.postMessage(outcome)),
);

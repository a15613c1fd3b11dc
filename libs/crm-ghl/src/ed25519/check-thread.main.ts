import { parentPort } from 'node:worker_threads';
import { verdictsOf } from './check-batch.ts';
import { verifyNow } from './verify-now.ts';

parentPort?.on('message', (batch: Uint8Array) => {
  const verdicts = verdictsOf(batch, verifyNow);
  parentPort?.postMessage(verdicts, [verdicts.buffer]);
});

// Nothing to verdict on: it tells that this thread listens.
parentPort?.postMessage(new Uint8Array());

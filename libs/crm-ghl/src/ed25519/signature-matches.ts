import { CheckThread } from './check-thread.ts';
import type { PublicKey } from './public-key.ts';
import { verifyNow } from './verify-now.ts';

const thread = new CheckThread();
let busyTurn = false;

/**
 * Whether `key` made `signature` (64 bytes) over `signed`. The first check of a turn of the event loop is made at once: a
 * lone webhook need not wait for another thread. Those that come with it go to one, so that a burst uses another core and
 * the loop goes on meanwhile.
 */
export function signatureMatches(
  key: PublicKey,
  signed: Uint8Array,
  signature: Uint8Array,
): boolean | Promise<boolean> {
  if (busyTurn) return thread.matches({ key, signed, signature });
  busyTurn = true;
  setImmediate(() => {
    busyTurn = false;
  });
  return verifyNow({ key, signed, signature });
}

import { CheckThread } from './check-thread.ts';
import type { PublicKey } from './public-key.ts';
import { verifyNow } from './verify-now.ts';

/** The other thread may have to wait for a core: so few are sooner done here. */
const HERE_PER_TURN = 4;

const thread = new CheckThread();
let madeThisTurn = 0;

/**
 * Whether `key` made `signature` (64 bytes) over `signed`. The first checks of a turn of the event loop are made at once: a few
 * webhooks need not wait for another thread. Those beyond go to one, so that a burst uses another core and the loop goes on
 * meanwhile.
 */
export function signatureMatches(
  key: PublicKey,
  signed: Uint8Array,
  signature: Uint8Array,
): boolean | Promise<boolean> {
  if (madeThisTurn === HERE_PER_TURN) return thread.matches({ key, signed, signature });
  if (madeThisTurn === 0) {
    setImmediate(() => {
      madeThisTurn = 0;
    });
  }
  madeThisTurn += 1;
  return verifyNow({ key, signed, signature });
}

/** Has the thread ready for the first burst; without this, the first burst starts it. */
export function prepareForBursts(): void {
  thread.start();
}

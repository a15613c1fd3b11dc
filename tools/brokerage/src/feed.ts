import { setTimeout as pause } from 'node:timers/promises';
import type { Due } from './plan.ts';

/** So many webhooks may be on their way or waiting for another try; then the feed waits for one of them. */
const MAX_UNSETTLED = 64;
const HISTORY_PER_SECOND = 150;

export interface Feed {
  readonly deliveries: Iterable<Due>;
  readonly post: (body: Buffer) => Promise<void>;
  /** Called after each delivery was handed over, with how many there were so far. */
  readonly onHanded: (handed: number) => void;
  readonly ratePerSecond: number;
  readonly count: number;
}

/**
 * Hands deliveries over when they are due: what is overdue (the history, or after an outage) at a bounded rate, the rest
 * at its time. An install is settled before anything else goes out, since it makes the location known.
 */
export async function runFeed({ deliveries, post, onHanded, ratePerSecond, count }: Feed): Promise<void> {
  const gapMs = 1000 / Math.max(HISTORY_PER_SECOND, 2 * ratePerSecond);
  const unsettled = new Set<Promise<void>>();
  let handed = 0;
  let notBeforeMs = Date.now();
  for (const { dueAtMs, event } of deliveries) {
    const waitMs = Math.max(dueAtMs, notBeforeMs) - Date.now();
    // Shorter pauses than a timer can keep add up, and are taken later in one.
    if (waitMs > 2) await pause(waitMs);
    notBeforeMs = Math.max(notBeforeMs, Date.now() - 100) + gapMs;
    while (unsettled.size >= MAX_UNSETTLED) await Promise.race(unsettled);
    const settled = post(Buffer.from(JSON.stringify(event.payload))).finally(() => unsettled.delete(settled));
    unsettled.add(settled);
    if (event.type === 'AppInstall') await settled;
    handed += 1;
    onHanded(handed);
    if (handed >= count) break;
  }
  await Promise.all(unsettled);
}

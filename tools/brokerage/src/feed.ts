import { setTimeout as pause } from 'node:timers/promises';
import type { Due } from './plan.ts';

/** So many webhooks may be on their way or waiting for another try; then the feed waits for one of them. */
const MAX_UNSETTLED = 64;
const HISTORY_PER_SECOND = 150;

export interface Feed {
  readonly deliveries: Iterable<Due>;
  readonly post: (body: Buffer) => Promise<void>;
  /** Called after each delivery was handed over, with it and the first that is not settled yet (perhaps the same). */
  readonly onHanded: (handed: Due, unsettled: Due) => void;
  readonly ratePerSecond: number;
  readonly count: number;
}

/**
 * Hands deliveries over when they are due: what is overdue (the history, or after an outage) at a bounded rate, the rest
 * at its time. An install is settled before anything else goes out, since it makes the location known.
 */
export async function runFeed({ deliveries, post, onHanded, ratePerSecond, count }: Feed): Promise<void> {
  const gapMs = 1000 / Math.max(HISTORY_PER_SECOND, 2 * ratePerSecond);
  // In the order they were handed over, so the first is the one the rest waits for.
  const unsettled = new Map<Due, Promise<void>>();
  let handed = 0;
  let notBeforeMs = Date.now();
  for (const due of deliveries) {
    const waitMs = Math.max(due.dueAtMs, notBeforeMs) - Date.now();
    // Shorter pauses than a timer can keep add up, and are taken later in one.
    if (waitMs > 2) await pause(waitMs);
    notBeforeMs = Math.max(notBeforeMs, Date.now() - 100) + gapMs;
    while (unsettled.size >= MAX_UNSETTLED) await Promise.race(unsettled.values());
    const settled = post(Buffer.from(JSON.stringify(due.event.payload))).finally(() => unsettled.delete(due));
    unsettled.set(due, settled);
    if (due.event.type === 'AppInstall') await settled;
    onHanded(due, unsettled.keys().next().value ?? due);
    handed += 1;
    if (handed >= count) break;
  }
  await Promise.all(unsettled.values());
}

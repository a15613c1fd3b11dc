import { durationOf } from '../units.ts';
import { UsageError } from '../usage-error.ts';

const ISO = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

/**
 * A point in time, in epoch ms: so long before `nowMs` (`90s`, `30min`, `2h`, `7d`), an ISO 8601 time with its zone, or a
 * day, which begins at midnight UTC.
 * @throws UsageError naming the option.
 */
export function momentMs(option: string, text: string, nowMs: number): number {
  const agoMs = durationOf(text);
  if (agoMs !== null) return nowMs - agoMs;
  const atMs = ISO.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(atMs)) {
    throw new UsageError(
      `--${option} must be how long ago, such as 30min, 2h or 7d, or a time such as 2026-12-01T08:00Z`,
    );
  }
  return atMs;
}

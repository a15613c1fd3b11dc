import { UsageError } from './usage-error.ts';

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** Such as `30s`, `5min`, `24h` or `7d`, in ms; null for anything else. */
export function durationOf(text: string): number | null {
  const { count = '', unit = '' } = /^(?<count>\d{1,6})(?<unit>s|min|h|d)$/.exec(text)?.groups ?? {};
  const unitMs = UNITS_MS[unit];
  return unitMs === undefined ? null : Number(count) * unitMs;
}

/** As `durationOf`, or `0`. @throws UsageError naming the option. */
export function durationMs(option: string, text: string): number {
  const ms = text === '0' ? 0 : durationOf(text);
  if (ms === null) throw new UsageError(`--${option} must be a duration such as 30s, 5min, 24h or 7d`);
  return ms;
}

/** ISO 8601 with a zone, in epoch ms. @throws UsageError naming the option. */
export function timeMs(option: string, text: string): number {
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d.*(Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new UsageError(`--${option} must be a time with its zone such as 2026-12-01T08:00Z`);
  return ms;
}

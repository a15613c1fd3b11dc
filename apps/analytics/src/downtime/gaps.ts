import { HEARTBEAT_EVERY_MS, type Heartbeat } from '@hub/contracts';

/** Longer without a sign of life of any instance is a gap in service. */
export const GAP_AFTER_MS = 3 * HEARTBEAT_EVERY_MS;

/** A clock that differs from the broker's by more than this has jumped: then the broker's time is taken. */
const CREDIBLE_MS = 5_000;

export interface Gap {
  readonly beganAtMs: number;
  readonly endedAtMs: number;
}

/** All that is known of one service: gaps lie between its first and its last sign, in order and apart. */
export interface Signs {
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly gaps: readonly Gap[];
}

/** When a heartbeat was: by its own clock, which knows best, unless that cannot be true. */
export function timeOf({ atMs }: Pick<Heartbeat, 'atMs'>, storedAtMs: number): number {
  return Math.abs(atMs - storedAtMs) <= CREDIBLE_MS ? atMs : storedAtMs;
}

/**
 * The signs after one more. Whatever the order in which signs become known, the gaps are those between the times in
 * order: one that comes late shortens, splits or removes the gap it falls into. The first ever ends no gap.
 */
export function withSign(signs: Signs | null, atMs: number): Signs {
  if (signs === null) return { firstAtMs: atMs, lastAtMs: atMs, gaps: [] };
  const { firstAtMs, lastAtMs, gaps } = signs;
  if (atMs > lastAtMs) return { firstAtMs, lastAtMs: atMs, gaps: [...gaps, ...gapsBetween(lastAtMs, atMs)] };
  if (atMs < firstAtMs) return { firstAtMs: atMs, lastAtMs, gaps: [...gapsBetween(atMs, firstAtMs), ...gaps] };
  return {
    firstAtMs,
    lastAtMs,
    gaps: gaps.flatMap((gap) =>
      gap.beganAtMs < atMs && atMs < gap.endedAtMs
        ? [...gapsBetween(gap.beganAtMs, atMs), ...gapsBetween(atMs, gap.endedAtMs)]
        : [gap],
    ),
  };
}

/** Since when a service has been silent for too long; null while it is not. */
export function silentSince({ lastAtMs }: Pick<Signs, 'lastAtMs'>, nowMs: number): number | null {
  return nowMs - lastAtMs > GAP_AFTER_MS ? lastAtMs : null;
}

function gapsBetween(beganAtMs: number, endedAtMs: number): Gap[] {
  return endedAtMs - beganAtMs > GAP_AFTER_MS ? [{ beganAtMs, endedAtMs }] : [];
}

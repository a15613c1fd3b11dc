/** Wall time (epoch ms) of a moment of the simulation. */
export type Clock = (virtualMs: number) => number;

export const realTime: Clock = (virtualMs) => virtualMs;

/** From `virtualMs` on, which was at `wallMs`, every gap is `factor` times shorter. */
export interface Stretch {
  readonly virtualMs: number;
  readonly wallMs: number;
  readonly factor: number;
}

/**
 * Before the first stretch the simulation's time is the wall's. Within one, order and proportions of a lead's events stay
 * true while its weeks pass in minutes; between two the world stood still, as while nobody ran it.
 */
export function compressed(stretches: readonly Stretch[]): Clock {
  return (virtualMs) => {
    const stretch = stretches.findLast((candidate) => candidate.virtualMs < virtualMs);
    if (stretch === undefined) return virtualMs;
    return Math.round(stretch.wallMs + (virtualMs - stretch.virtualMs) / stretch.factor);
  };
}

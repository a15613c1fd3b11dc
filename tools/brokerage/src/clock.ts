/** Wall time (epoch ms) of a moment of the simulation. */
export type Clock = (virtualMs: number) => number;

export const realTime: Clock = (virtualMs) => virtualMs;

/**
 * Up to `nowMs` the simulation's time is the wall's; after it every gap is `factor` times shorter, so a lead's weeks pass
 * in minutes. One straight line, so the order and the proportions of a lead's events stay true.
 */
export function compressedAfter(nowMs: number, factor: number): Clock {
  return (virtualMs) => (virtualMs <= nowMs ? virtualMs : Math.round(nowMs + (virtualMs - nowMs) / factor));
}

/** One try at a rate. */
export interface Try {
  readonly ratePerS: number;
  readonly held: boolean;
}

export interface Ladder {
  /** Where the search begins. */
  readonly startPerS: number;
  /** From one rung to the next, above 1. */
  readonly factor: number;
  /** How often a rung must fail before it counts: one failure may be a neighbour's noise. */
  readonly failures: number;
  /** Then it ends with what it has. */
  readonly mostTries: number;
}

/** The rate to try next in the search for the highest that holds; null when it is found. */
export function nextRate({ startPerS, factor, failures, mostTries }: Ladder, tries: readonly Try[]): number | null {
  if (tries.length === 0) return startPerS;
  if (tries.length >= mostTries) return null;
  const best = highestHeld(tries);
  if (best > 0) {
    const above = Math.round(best * factor);
    return failuresAt(tries, above) >= failures ? null : above;
  }
  const lowest = Math.min(...tries.map((one) => one.ratePerS));
  const next = failuresAt(tries, lowest) >= failures ? Math.round(lowest / factor) : lowest;
  return next >= 1 ? next : null;
}

/** 0 when none held. */
export function highestHeld(tries: readonly Try[]): number {
  return Math.max(0, ...tries.filter((one) => one.held).map((one) => one.ratePerS));
}

/** Going down and up again may miss a rung by its rounding. */
function failuresAt(tries: readonly Try[], ratePerS: number): number {
  return tries.filter((one) => !one.held && Math.abs(one.ratePerS - ratePerS) <= 1).length;
}

import { BAND_EDGES, sigmoid } from '@hub/intelligence';

/** How differently two models answer, whatever becomes of the leads. In odds, not log-odds. */
export interface ScoreDifferences {
  readonly decisions: number;
  /** Second less first. */
  readonly mean: number;
  readonly meanSize: number;
  readonly largest: number;
  /** `from → to`, how many decisions: bands by the odds alone. */
  readonly bands: Readonly<Record<string, number>>;
}

export function scoreDifferences(pairs: readonly (readonly [number, number])[]): ScoreDifferences {
  const odds = pairs.map(([first, second]) => [sigmoid(first), sigmoid(second)] as const);
  const differences = odds.map(([first, second]) => second - first);
  const bands: Record<string, number> = {};
  for (const [first, second] of odds) {
    const [from, to] = [bandOfOdds(first), bandOfOdds(second)];
    if (from !== to) bands[`${from} → ${to}`] = (bands[`${from} → ${to}`] ?? 0) + 1;
  }
  const count = Math.max(1, pairs.length);
  return {
    decisions: pairs.length,
    mean: differences.reduce((sum, one) => sum + one, 0) / count,
    meanSize: differences.reduce((sum, one) => sum + Math.abs(one), 0) / count,
    largest: differences.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most), 0),
    bands,
  };
}

function bandOfOdds(odds: number): 'hot' | 'warm' | 'cool' {
  if (odds >= BAND_EDGES.hot) return 'hot';
  return odds >= BAND_EDGES.warm ? 'warm' : 'cool';
}

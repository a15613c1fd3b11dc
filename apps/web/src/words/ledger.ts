import type { ExplainedScore, Reason } from '../api/rows.ts';

export interface LedgerLine {
  readonly reason: Reason;
  readonly hundredths: number;
}

/** A score as a sum that can be checked by hand: start + every line + unexplained = total, in hundredths. */
export interface Ledger {
  readonly start: number;
  /** By size, as they came; those that show as 0.00 are in `silent`. */
  readonly lines: readonly LedgerLine[];
  /** Reasons too small to show. */
  readonly silent: readonly Reason[];
  /** What the given reasons do not account for; 0 unless the server contradicts itself. */
  readonly unexplained: number;
  readonly total: number;
}

/** Below this the reasons sum to the score as far as doubles can tell. */
const SUM_TOLERANCE = 1e-6;

/** Rounds a score and its reasons to hundredths so that what is shown still adds up. */
export function ledgerOf({ intercept, logit, reasons }: ExplainedScore): Ledger {
  const given = reasons.reduce((sum, { contribution }) => sum + contribution, intercept);
  const rest = Math.abs(logit - given) < SUM_TOLERANCE ? [] : [logit - given];
  // The start is the same for every lead, so it is rounded by itself and never takes part in the evening out.
  const start = Math.round(intercept * 100);
  const total = Math.round(logit * 100);
  const parts = [...reasons.map(({ contribution }) => contribution), ...rest];
  const shares = roundedToTotal(
    parts.map((part) => part * 100),
    total - start,
  );
  const lines = reasons.map((reason, index) => ({ reason, hundredths: shares[index] ?? 0 }));
  return {
    start,
    lines: lines.filter(({ hundredths }) => hundredths !== 0),
    silent: lines.filter(({ hundredths }) => hundredths === 0).map(({ reason }) => reason),
    unexplained: shares[reasons.length] ?? 0,
    total,
  };
}

/**
 * Whole numbers, each at most 1 from its part, whose sum is the total (largest remainder).
 * @param total A whole number at most 1 from the sum of `parts`.
 */
export function roundedToTotal(parts: readonly number[], total: number): readonly number[] {
  const rounded = parts.map(Math.floor);
  let missing = total - rounded.reduce((sum, part) => sum + part, 0);
  const byRemainder = parts
    .map((part, index) => ({ index, remainder: part - Math.floor(part) }))
    .toSorted((a, b) => b.remainder - a.remainder);
  for (const { index } of byRemainder) {
    if (missing <= 0) break;
    rounded[index] = (rounded[index] ?? 0) + 1;
    missing -= 1;
  }
  return rounded;
}

/** `+0.80`, `−1.27`, `0.00`. */
export function signedHundredths(hundredths: number): string {
  const size = (Math.abs(hundredths) / 100).toFixed(2);
  return hundredths === 0 ? size : `${hundredths > 0 ? '+' : '−'}${size}`;
}

import { learnedLine, type LineBelief } from './line.ts';
import { lossOf } from './residuals.ts';

export interface DatedRows {
  /** Log-odds as the model says. */
  readonly logits: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
  /** When each row was scored, epoch ms. */
  readonly atMs: ArrayLike<number>;
  /** When its label became known. */
  readonly knownAtMs: ArrayLike<number>;
}

/** How the log-odds of a month are mended: `centre + shift + slope * (logit - centre)`. */
export interface MonthLine {
  /** Its first instant, epoch ms. */
  readonly fromMs: number;
  readonly shift: number;
  readonly slope: number;
  /** Standard deviation of what a month may add to the shift, as the months before told. */
  readonly drift: number;
  /** Labels that it rests on and the month before did not. */
  readonly known: number;
}

export interface OverTime {
  /** One per row, as they would have been said in their month. */
  readonly logits: Float64Array;
  readonly centre: number;
  readonly months: readonly MonthLine[];
}

/** By how much base rates may move in a month, as a standard deviation of log-odds. */
const DRIFTS = [0.05, 0.1, 0.2, 0.4, 0.8];
/** Slopes move less. */
const SLOPE_DRIFT = 0.25;
/** Before anything is known the model is taken at its word, about. */
const FIRST_VARIANCE = { shift: 0.1, slope: 0.05, both: 0 };

/** One assumption about drift, and how it has done. */
interface Filter {
  readonly drift: number;
  readonly belief: LineBelief;
  /** Log loss of what it foretold, of the labels that are known. */
  readonly loss: number;
}

/**
 * Follows odds that drift: at the turn of each month they are mended by what was known then, and by nothing else. Shift and slope
 * walk at random and are seen through labels (dynamic logistic regression: West, Harrison and Migon, 1985). How fast they
 * walk is chosen anew each month: as fast as would have foretold the labels known by then best.
 */
export function recalibrateOverTime({ logits, labels, atMs, knownAtMs }: DatedRows): OverTime {
  const byMonth = monthsOf(atMs);
  const centre = centreOf(logits, byMonth);
  const x = Float64Array.from(logits, (logit) => logit - centre);
  // Where the lines of beliefs are at the centre is their shift.
  const first: LineBelief = { shift: centre, slope: 1, variance: FIRST_VARIANCE };
  const known = knownBefore(knownAtMs);
  const mended = Float64Array.from(logits);
  /** What each filter said of a row, to be judged by once its label is known. */
  const said = DRIFTS.map(() => new Float64Array(x.length));
  let filters: readonly Filter[] = DRIFTS.map((drift) => ({ drift, belief: first, loss: 0 }));
  const months = Array.from(byMonth, ([fromMs, rows]): MonthLine => {
    const news = known(fromMs);
    filters = filters.map((filter, at) => turned(filter, x, labels, news, said[at] ?? mended));
    for (const [at, { belief }] of filters.entries()) {
      for (const row of rows) (said[at] ?? mended)[row] = belief.shift + belief.slope * (x[row] ?? 0);
    }
    const best = filters.reduce((least, filter) => (filter.loss < least.loss ? filter : least));
    const sayings = said[filters.indexOf(best)];
    for (const row of rows) mended[row] = sayings?.[row] ?? 0;
    const { drift, belief } = best;
    return { fromMs, shift: belief.shift - centre, slope: belief.slope, drift, known: news.length };
  });
  return { logits: mended, centre, months };
}

/** A filter at the turn of a month: judged by the labels that became known, taught by them, and less sure again. */
function turned(
  { drift, belief, loss }: Filter,
  x: Float64Array,
  labels: ArrayLike<number>,
  news: readonly number[],
  said: Float64Array,
): Filter {
  const foretold = news.reduce((sum, row) => sum + lossOf(said[row] ?? 0, labels[row] ?? 0), loss);
  const taught = learnedLine(
    news.map((row) => x[row] ?? 0),
    news.map((row) => labels[row] ?? 0),
    belief,
  );
  const { shift, slope, both } = taught.variance;
  const variance = { shift: shift + drift ** 2, slope: slope + (SLOPE_DRIFT * drift) ** 2, both };
  return { drift, belief: { ...taught, variance }, loss: foretold };
}

/** Rows whose labels became known before a time and after the time asked for last. */
function knownBefore(knownAtMs: ArrayLike<number>): (beforeMs: number) => readonly number[] {
  const waiting = Array.from({ length: knownAtMs.length }, (_, row) => row).toSorted(
    (a, b) => (knownAtMs[a] ?? 0) - (knownAtMs[b] ?? 0),
  );
  let next = 0;
  return (beforeMs) => {
    const from = next;
    while (next < waiting.length && (knownAtMs[waiting[next] ?? 0] ?? 0) < beforeMs) next += 1;
    return waiting.slice(from, next);
  };
}

/** Mean log-odds of the first month: where shift and slope tell different things. */
function centreOf(logits: ArrayLike<number>, byMonth: ReadonlyMap<number, readonly number[]>): number {
  const [first = []] = byMonth.values();
  return first.reduce((sum, row) => sum + (logits[row] ?? 0) / first.length, 0);
}

/** Rows of each calendar month (UTC), by its first instant, in order; months without rows are not there. */
function monthsOf(atMs: ArrayLike<number>): ReadonlyMap<number, readonly number[]> {
  const months = new Map<number, number[]>();
  for (let row = 0; row < atMs.length; row += 1) {
    const at = new Date(atMs[row] ?? 0);
    const from = Date.UTC(at.getUTCFullYear(), at.getUTCMonth());
    const rows = months.get(from) ?? [];
    months.set(from, rows);
    rows.push(row);
  }
  return new Map([...months].toSorted(([a], [b]) => a - b));
}

import { oddsOf } from './logits.ts';

/** Log-odds that a model gave, and what became of the leads. */
export interface Outcomes {
  readonly logits: Float64Array;
  readonly labels: Uint8Array;
  /** When each row was true, epoch ms. */
  readonly atMs: Float64Array;
}

export interface MonthByMonthOptions {
  /** From a row's time to that at which its label is known. */
  readonly horizonMs: number;
  /** A month that lies so many months back counts half. */
  readonly halfLifeMonths: number;
  /** Pull of shift and slope to "change nothing", as the hessian of so many rows. */
  readonly pull: number;
}

export const MONTH_BY_MONTH_DEFAULTS: MonthByMonthOptions = { horizonMs: 0, halfLifeMonths: 2, pull: 5 };

/** Months whose rows count less than this say nothing any more. */
const LEAST_WEIGHT = 0.01;
const MOST_STEPS = 50;
const SMALL_STEP = 1e-9;

/**
 * Log-odds of `later`, mended where the base rate moves: at the start of each month (UTC) a shift and a slope are fitted to all
 * rows whose labels are known by then, recent months weighing more (Platt, 1999, in a decaying window). No label is used before it
 * was known, so what comes out is what could have been said at the time.
 * @param known Rows before `later`, those that the model was trained on among them.
 */
export function monthByMonth(
  known: Outcomes,
  later: Outcomes,
  options: Partial<MonthByMonthOptions> = {},
): Float64Array {
  const all = { ...MONTH_BY_MONTH_DEFAULTS, ...options };
  const rows = [...rowsOf(known), ...rowsOf(later)];
  const months = Float64Array.from(later.atMs, monthOf);
  const lines = new Map([...new Set(months)].map((month) => [month, lineAt(rows, month, all)]));
  return later.logits.map((logit, row) => {
    const { shift, slope } = lines.get(months[row] ?? Number.NaN) ?? UNCHANGED;
    return shift + slope * logit;
  });
}

interface Row {
  readonly logit: number;
  readonly label: number;
  readonly atMs: number;
}

interface WeighedRow extends Row {
  readonly weight: number;
}

interface Line {
  readonly shift: number;
  readonly slope: number;
}

const UNCHANGED: Line = { shift: 0, slope: 1 };

function rowsOf({ logits, labels, atMs }: Outcomes): readonly Row[] {
  return Array.from(logits, (logit, row) => ({ logit, label: labels[row] ?? 0, atMs: atMs[row] ?? Number.NaN }));
}

function lineAt(rows: readonly Row[], month: number, { horizonMs, halfLifeMonths, pull }: MonthByMonthOptions): Line {
  const startMs = startOf(month);
  const weighed = rows
    .filter(({ atMs }) => atMs < startMs && atMs + horizonMs <= startMs)
    .map((row) => ({ ...row, weight: 2 ** (-(month - 1 - monthOf(row.atMs)) / halfLifeMonths) }))
    .filter(({ weight }) => weight >= LEAST_WEIGHT);
  let line = UNCHANGED;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const next = newtonStep(weighed, line, pull);
    const moved = Math.abs(next.shift - line.shift) + Math.abs(next.slope - line.slope);
    line = next;
    if (moved < SMALL_STEP) break;
  }
  return line;
}

function newtonStep(rows: readonly WeighedRow[], { shift, slope }: Line, pull: number): Line {
  let [shiftGradient, slopeGradient] = [-pull * shift, pull * (1 - slope)];
  let [shiftHessian, mixedHessian, slopeHessian] = [pull, 0, pull];
  for (const { logit, label, weight } of rows) {
    const odds = oddsOf(shift + slope * logit);
    const [left, curve] = [weight * (label - odds), weight * odds * (1 - odds)];
    shiftGradient += left;
    slopeGradient += left * logit;
    shiftHessian += curve;
    mixedHessian += curve * logit;
    slopeHessian += curve * logit * logit;
  }
  const determinant = shiftHessian * slopeHessian - mixedHessian ** 2;
  return {
    shift: shift + (slopeHessian * shiftGradient - mixedHessian * slopeGradient) / determinant,
    slope: slope + (shiftHessian * slopeGradient - mixedHessian * shiftGradient) / determinant,
  };
}

/** Counted from the year 0. */
function monthOf(atMs: number): number {
  const date = new Date(atMs);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function startOf(month: number): number {
  return Date.UTC(Math.floor(month / 12), month % 12);
}

import { Random } from '@hub/brokerage';
import { train, type TrainingOptions, type TrainingTable } from '@hub/intelligence/training';

const COLUMNS = 40;
/** Rows a model is learned from, of those that stop it, and of those it is calibrated on. */
const SHARES = [0.7, 0.15, 0.15] as const;

/** Seconds it takes to train a model on rows of 40 columns, calibration included. */
export async function trainingSeconds(
  rows: number,
  options: Partial<TrainingOptions>,
  signal: AbortSignal,
): Promise<number> {
  const [fit, later, calibrate] = SHARES.map((share, slice) => table(Math.round(rows * share), `slice ${slice}`));
  if (fit === undefined || later === undefined || calibrate === undefined) throw new RangeError('a slice is missing');
  const startedMs = performance.now();
  await train({ fit, later, calibrate }, options, { signal });
  return (performance.now() - startedMs) / 1_000;
}

/** About one row in ten comes true, by steps and slopes of some columns and two products; a tenth is missing. */
function table(rows: number, seed: string): TrainingTable {
  const random = new Random(seed);
  const values = Array.from({ length: COLUMNS }, (_, column) =>
    Float64Array.from({ length: rows }, () => (random.chance(0.1) ? Number.NaN : draw(column, random))),
  );
  const at = (column: number, row: number): number => (values[column]?.[row] ?? Number.NaN) || 0;
  const labels = Uint8Array.from({ length: rows }, (_, row) => {
    const slopes = at(0, row) * 0.8 - at(1, row) * 0.5 + Math.min(at(3, row), 4) * 0.2;
    const steps = Number(at(4, row) > 2) - Number(at(2, row) > 0.5) * 0.7;
    const products = at(0, row) * at(5, row) * 0.3;
    return Number(random.chance(1 / (1 + Math.exp(2.6 - slopes - steps - products))));
  });
  const columns = values.map((column, index) => ({
    kind: 'number' as const,
    name: `column${index}`,
    values: column,
    monotone: null,
  }));
  return { columns, labels, atMs: new Float64Array(0), groups: new Int32Array(0) };
}

/** Counts, times and shares, as features are. */
function draw(column: number, random: Random): number {
  if (column % 3 === 0) return Math.floor(random.exponential(3));
  return column % 3 === 1 ? random.logNormal(1, 1) : random.between(-1, 1);
}

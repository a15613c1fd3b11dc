import type { Slice } from '@hub/intelligence';
import { bordersOf, splitForward, type TrainingTable } from '@hub/intelligence/training';

/** Four stretches of time, each after the one before, no lead in two. */
export interface Slices {
  /** Shapes are learned from it. */
  readonly train: TrainingTable;
  /** Decides when boosting ends and which pairs enter. */
  readonly stop: TrainingTable;
  /** Odds are fitted to it. */
  readonly calibrate: TrainingTable;
  /** Only measures. */
  readonly test: TrainingTable;
}

const TEST_SHARE = 0.2;
const LEARNING_SHARES = [70, 15, 15];

/**
 * By when leads began: the latest fifth measures. What is learned from was known before the first lead of it came, so
 * rows whose outcome was still open then are left out, as they would have been in use.
 * @param horizonMs From a row to its outcome.
 * @throws RangeError when the leads began within so short a time that a part has no rows.
 */
export function slicesOf(table: TrainingTable, horizonMs: number): Slices {
  const [before, test] = splitForward(table, bordersOf(table, [1 - TEST_SHARE, TEST_SHARE]), horizonMs).parts;
  if (before === undefined || test === undefined || before.labels.length === 0) throw tooShort();
  const [train, stop, calibrate] = splitForward(before, bordersOf(before, LEARNING_SHARES)).parts;
  if (train === undefined || stop === undefined || calibrate === undefined) throw tooShort();
  const slices = { train, stop, calibrate, test };
  for (const [name, { labels }] of Object.entries(slices)) {
    if (!labels.includes(0) || !labels.includes(1)) {
      throw new RangeError(
        `the part to ${WORDS[name as keyof Slices]} has only one kind of outcome: more time is needed`,
      );
    }
  }
  return slices;
}

const WORDS = { train: 'learn from', stop: 'stop by', calibrate: 'calibrate on', test: 'measure on' } as const;

function tooShort(): RangeError {
  return new RangeError('the leads began within too short a time to learn from earlier ones and measure on later ones');
}

export function sliceOf({ labels, atMs, groups }: TrainingTable): Slice {
  const [from, until] = atMs.reduce(([a, b], at) => [Math.min(a, at), Math.max(b, at)], [Infinity, -Infinity]);
  return {
    from: new Date(from).toISOString(),
    until: new Date(until).toISOString(),
    leads: new Set(groups).size,
    rows: labels.length,
    positives: labels.reduce((sum, label) => sum + label, 0),
  };
}

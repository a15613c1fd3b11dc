import { availableParallelism } from 'node:os';
import type { ClassWeights } from './binned-table.ts';
import type { BinRules } from './bins.ts';
import type { Rounds } from './boost.ts';
import type { LeafRules } from './leaves.ts';

/** How to train. `DEFAULTS` are what did well on several sets of leads, none of them tuned for one. */
export interface TrainingOptions extends Rounds, BinRules {
  readonly seed: number;
  /** Models that are averaged into one, each boosted on other rows. */
  readonly bags: number;
  /** Share of the leads that a bag leaves out of its boosting, by chance. */
  readonly leftOut: number;
  /** Rows that a bag looks at, about and at most: with several bags no row need be in each. */
  readonly bagRows: number;
  /** Pairs of features that are tried, at most; 0: none. Each enters only when it helps on rows that it was not fitted to. */
  readonly pairs: number;
  /** Standard errors by which a pair must help. */
  readonly pairEvidence: number;
  readonly leaves: LeafRules;
  readonly pairLearningRate: number;
  readonly pairLeaves: Omit<LeafRules, 'maxLeaves'>;
  readonly classWeights: ClassWeights;
  /** 0: the calling thread, which is busy until the end. The number changes no bit of the model. */
  readonly threads: number;
}

export const DEFAULTS: TrainingOptions = {
  seed: 1,
  bags: 6,
  leftOut: 0.15,
  bagRows: 60_000,
  pairs: 15,
  pairEvidence: 1.5,
  maxRounds: 2_000,
  learningRate: 0.2,
  patience: 15,
  maxBins: 64,
  minBinRows: 5,
  leaves: { maxLeaves: 2, minLeafRows: 10, lambda: 2 },
  pairLearningRate: 0.2,
  pairLeaves: { minLeafRows: 10, lambda: 2 },
  classWeights: { positive: 1, negative: 1 },
  threads: availableParallelism(),
};

/** @throws RangeError naming the options that make no sense. */
export function checkOptions(options: TrainingOptions): void {
  const { bags, leftOut, bagRows, pairs, maxRounds, learningRate, patience, maxBins, classWeights, threads } = options;
  const wrong = [
    !(Number.isInteger(bags) && bags >= 1) && 'bags must be 1 or more',
    !(leftOut > 0 && leftOut < 1) && 'leftOut must be a share between 0 and 1',
    !(Number.isInteger(pairs) && pairs >= 0) && 'pairs must be 0 or more',
    !(bagRows >= 1) && 'bagRows must be 1 or more',
    !(maxRounds >= 1) && 'maxRounds must be 1 or more',
    !(learningRate > 0 && learningRate <= 1) && 'learningRate must be above 0 and at most 1',
    !(patience >= 1) && 'patience must be 1 or more',
    !(maxBins >= 2) && 'maxBins must be 2 or more',
    !(classWeights.positive > 0 && classWeights.negative > 0) && 'classWeights must be above 0',
    !(Number.isInteger(threads) && threads >= 0) && 'threads must be 0 or more',
  ].filter((problem) => problem !== false);
  if (wrong.length > 0) throw new RangeError(wrong.join('; '));
}

import { parseArgs } from 'node:util';

export const INTELLIGENCE_USAGE = `npm run bench -- intelligence [--seconds 10] [--scores 10000000] [--rows 100000] [--quick]
  --seconds  how long each of one lead, batches and the ratio to the runtime is measured
  --scores   scores given while memory is watched, two for each lead
  --rows     rows a model of 40 columns is trained on
  --quick    little of everything, to see that all of it works; its figures say nothing`;

export interface IntelligenceOptions {
  readonly seconds: number;
  readonly scores: number;
  readonly rows: number;
  /** Of boosting, at most; null: as many as training usually allows. */
  readonly maxRounds: number | null;
}

const USUAL: IntelligenceOptions = { seconds: 10, scores: 10_000_000, rows: 100_000, maxRounds: null };
const QUICK: IntelligenceOptions = { seconds: 0.3, scores: 20_000, rows: 1_500, maxRounds: 10 };

/** @throws Error with the usage. */
export function intelligenceOptions(args: readonly string[]): IntelligenceOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { seconds: text, scores: text, rows: text, quick: { type: 'boolean', default: false } },
  });
  const usual = values.quick ? QUICK : USUAL;
  const options = {
    seconds: Number(values.seconds ?? usual.seconds),
    scores: Number(values.scores ?? usual.scores),
    rows: Number(values.rows ?? usual.rows),
    maxRounds: usual.maxRounds,
  };
  if (!(options.seconds > 0 && options.scores >= 10_000 && options.rows >= 1_000)) throw new Error(INTELLIGENCE_USAGE);
  return options;
}

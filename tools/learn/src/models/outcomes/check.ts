import { print, readCommandLine, table, timeText, UsageError } from '@hub/hub/terminal';
import { sigmoid } from '@hub/intelligence';
import { type MetricsWithIntervals, metricsWithIntervals } from '@hub/intelligence/training';
import { type Command, Refused } from '../command.ts';
import { estimateText } from '../show.ts';
import { answersOf } from './answers.ts';
import { type CalibrationRow, calibrationTable } from './calibration-table.ts';
import { findJudged } from './judged-model.ts';
import { knowable, type KnownOutcomes, knownOutcomes, labelled } from './known-outcomes.ts';

const BOOTSTRAP = { seed: 1, draws: 500 };
const MOST = 50_000;

/** `check MODEL`: whether odds came true, over all decisions whose outcome is known by now. */
export const check: Command = async ({ database }, args) => {
  const { words, flags } = readCommandLine(args, { names: [], flags: ['json'], mostWords: 1 });
  const [word] = words;
  if (word === undefined) throw new UsageError('check needs a model, such as conversion@champion or conversion@prior');
  const model = await findJudged(database, word);
  const nowMs = Date.now();
  const name = labelled(model.name);
  const answers = await answersOf(database, [model], { ...knowable(name, nowMs), most: MOST });
  const outcomes = await knownOutcomes(database, name, answers, nowMs);
  if (outcomes.labels.length === 0) {
    throw new Refused(
      `${model.shown}: of ${answers.length} decisions no outcome is known yet: their windows are not over`,
    );
  }
  const odds = outcomes.answers.map(({ logits: [logit = 0] }) => sigmoid(logit));
  const rows = calibrationTable(odds, outcomes.labels);
  const metrics = metricsFor(outcomes, odds);
  const answer = { model: model.shown, decisions: answers.length, outcomes: odds.length, calibration: rows, metrics };
  print(flags.has('json'), answer, checkText(model.shown, answers.length, outcomes, rows, metrics));
  return 0;
};

function metricsFor({ labels, groups }: KnownOutcomes, odds: readonly number[]): MetricsWithIntervals | null {
  if (!labels.includes(0) || !labels.includes(1)) return null;
  return metricsWithIntervals(labels, odds, groups, BOOTSTRAP);
}

function checkText(
  shown: string,
  decisions: number,
  { answers, groups }: KnownOutcomes,
  rows: readonly CalibrationRow[],
  metrics: MetricsWithIntervals | null,
): string {
  const times = answers.map(({ scoredAtMs }) => scoredAtMs);
  const [from, until] = [times.at(-1) ?? 0, times[0] ?? 0];
  const percent = (share: number): string => (share * 100).toFixed(1);
  const lines = rows.map((row) => [
    row.decisions,
    `odds of ${percent(row.foretold)} in 100`,
    `${percent(row.cameTrue)} came true`,
    `${percent(row.low)} to ${percent(row.high)}`,
  ]);
  const head =
    `${shown}: the outcome of ${answers.length} of ${decisions} decisions is known (one per lead and day), ` +
    `of ${new Set(groups).size} leads, decided ${timeText(Math.min(from, until))} to ${timeText(Math.max(from, until))}\n\n`;
  const figures =
    metrics === null
      ? 'all came to the same: nothing can be said about ranks\n'
      : `AUC ${estimateText(metrics.auc)}, calibration error ${estimateText(metrics.ece)}\n`;
  return `${head}${table(['decisions', 'foretold', 'came true', '95 of 100 between'], lines)}\n${figures}`;
}

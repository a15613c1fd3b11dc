import { print, readCommandLine, table, UsageError } from '@hub/hub/terminal';
import type { Database } from '@hub/database/registry';
import { type LabelledModel, sigmoid } from '@hub/intelligence';
import { differencesOf, type MetricsWithIntervals } from '@hub/intelligence/training';
import { type Command, Refused } from '../command.ts';
import { estimateText } from '../show.ts';
import { answersOf } from './answers.ts';
import { findJudged, type JudgedModel } from './judged-model.ts';
import { knowable, type KnownOutcomes, knownOutcomes } from './known-outcomes.ts';
import { type ScoreDifferences, scoreDifferences } from './score-differences.ts';

const BOOTSTRAP = { seed: 1, draws: 500 };
const MOST = 50_000;

/** `compare A B`: how B differs from A on the same decisions, in what it says and, where that is known, in what became of it. */
export const compare: Command = async ({ database }, args) => {
  const { words, flags } = readCommandLine(args, { names: [], flags: ['json'], mostWords: 2 });
  const [one, other] = words;
  if (one === undefined || other === undefined)
    throw new UsageError('compare needs two models, such as conversion@champion and a shadow');
  const models = await Promise.all([findJudged(database, one), findJudged(database, other)]);
  const [first, second] = models;
  if (first.name !== second.name) throw new Refused(`${first.shown} and ${second.shown} foretell different things`);
  const nowMs = Date.now();
  const answers = await answersOf(database, models, { fromMs: 0, untilMs: nowMs, most: MOST });
  if (answers.length === 0) {
    throw new Refused(`no decision has an answer of both: while one decides the other must be a shadow`);
  }
  const scores = scoreDifferences(answers.map(({ logits: [a = 0, b = 0] }) => [a, b]));
  const outcomes = first.name === 'match' ? null : await outcomesOf(database, models, first.name, nowMs);
  const metrics = outcomes === null ? null : paired(outcomes);
  const answer = { first: first.shown, second: second.shown, scores, outcomes: outcomes?.labels.length ?? 0, metrics };
  print(flags.has('json'), answer, compareText(first.shown, second.shown, scores, outcomes, metrics));
  return 0;
};

async function outcomesOf(
  database: Database,
  models: readonly JudgedModel[],
  name: LabelledModel,
  nowMs: number,
): Promise<KnownOutcomes> {
  const answers = await answersOf(database, models, { ...knowable(name, nowMs), most: MOST });
  return knownOutcomes(database, name, answers, nowMs);
}

/** null while there are not both: some that came true and some that did not. */
function paired({ answers, labels, groups }: KnownOutcomes): MetricsWithIntervals | null {
  if (!labels.includes(0) || !labels.includes(1)) return null;
  const oddsOf = (at: number) => answers.map(({ logits }) => sigmoid(logits[at] ?? 0));
  return differencesOf(labels, [oddsOf(0), oddsOf(1)], groups, BOOTSTRAP);
}

const MEASURES = {
  auc: 'AUC',
  prAuc: 'PR-AUC',
  brier: 'Brier score',
  ece: 'calibration error',
  lift20: 'lift at 20 %',
};

function compareText(
  first: string,
  second: string,
  scores: ScoreDifferences,
  outcomes: KnownOutcomes | null,
  metrics: MetricsWithIntervals | null,
): string {
  const inHundred = (odds: number): string => `${(odds * 100).toFixed(2)} in 100`;
  const said = [
    `${second} less ${first}, on ${scores.decisions} decisions (one per lead and day)`,
    `odds differ by ${inHundred(scores.mean)} on average, by ${inHundred(scores.meanSize)} without sign, by ${inHundred(scores.largest)} at most`,
    ...Object.entries(scores.bands).map(([change, count]) => `band ${change}: ${count}`),
    '',
  ].join('\n');
  if (metrics === null) return `${said}outcomes: ${outcomes?.labels.length ?? 0} known, too few to judge by\n`;
  const rows = Object.entries(MEASURES).map(([key, shown]) => [
    shown,
    estimateText(metrics[key as keyof typeof MEASURES]),
  ]);
  return `${said}\non the ${outcomes?.labels.length ?? 0} whose outcome is known:\n${table(['', 'difference'], rows)}`;
}

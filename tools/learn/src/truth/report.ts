import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabelledModel } from '@hub/intelligence';
import type { Estimate } from '@hub/intelligence/training';
import { reliabilityPlot } from '../evaluate/report/reliability-plot.ts';
import { reliabilityOf } from '../evaluate/report/reliability.ts';
import { type Distance, type Judge, JUDGES, type Part, shareOfBest, type TruthFigures } from './figures.ts';
import type { JudgedRow, TruthResult } from './truth-test.ts';

const MODELS: readonly LabelledModel[] = ['conversion', 'goingCold'];
const TITLES: Readonly<Record<LabelledModel, string>> = { conversion: 'Conversion', goingCold: 'Going cold' };
const PLOTS: Readonly<Record<LabelledModel, string>> = { conversion: 'conversion.svg', goingCold: 'going-cold.svg' };
const WHO: Readonly<Record<Judge, string>> = {
  hidden: "the world's own odds (best possible)",
  model: 'learned model',
  logistic: 'logistic regression',
  prior: 'prior, set by hand',
};

export type AllFigures = Readonly<Record<LabelledModel, TruthFigures>>;

/** Writes the page and its plots. @returns Path of the page. */
export async function writeTruthReport(folder: string, result: TruthResult, figures: AllFigures): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const model of MODELS) await writeFile(join(folder, PLOTS[model]), plotOf(TITLES[model], result.rows[model]));
  const page = join(folder, 'report.md');
  await writeFile(page, reportOf(result, figures));
  return page;
}

/** The page in Markdown. */
export function reportOf({ plan, leads }: TruthResult, figures: AllFigures): string {
  const { seed, trainMonths, testMonths, tenants, leadsPerDay, judgedLeads, futures } = plan;
  return `# Truth test

The demo brokerage knows what its leads are like. Models learned from ${trainMonths} simulated months (${leads.learned} leads of ${tenants} tenants,
${leadsPerDay} a day, seed ${seed}) and were asked about leads that came in the ${testMonths} months after (${Math.min(judgedLeads, leads.later)} of ${leads.later}, by chance), at the moments at which
training looks at leads. Beside them stands what the world itself gives each lead.

## How the world's odds were got

Each lead was told again up to the moment, and from there ${futures} times on: what it and its agent are like stays (intent, when it
means to move, diligence, whether it will ever meet where that is decided), what happened stays, and what was only planned (an answer that lies
in the next hours, a reply that would never come) is drawn anew, given that it has not happened yet. The share of these futures in
which the outcome comes is the hidden odds, with the labels that training uses. Nobody who sees only events can know as much, so
the first row is a ceiling, not a goal.

${MODELS.map((model) => chapter(model, figures[model])).join('\n\n')}
`;
}

function chapter(model: LabelledModel, found: TruthFigures): string {
  const { rows, positives, metrics, distance, abstention, hiddenError } = found;
  const ranks = JUDGES.map((judge) => [
    WHO[judge],
    estimate(metrics[judge].auc),
    judge === 'hidden' ? '' : percent(shareOfBest(metrics.hidden.auc, metrics[judge].auc)),
    estimate(metrics[judge].brier),
    estimate(metrics[judge].ece),
  ]);
  const far = (['model', 'logistic', 'prior'] as const).map((judge) => [WHO[judge], ...distanceCells(distance[judge])]);
  const { share, shown, withheld } = abstention;
  const thin = [...partRows('shown', shown), ...partRows('not shown', withheld)];
  return [
    `## ${TITLES[model]}`,
    `${rows} moments, ${percent(positives / rows)} with the outcome. The hidden odds themselves are off by ${hiddenError.toFixed(3)} (one standard deviation) for being counted.`,
    'Against what came true, in brackets where 95 of 100 samples of leads lie; "of the way" is how much of the distance from guessing to the ceiling was gone:',
    table(['', 'AUC', 'of the way', 'Brier', 'calibration error'], ranks),
    'Against the hidden odds:',
    table(['', 'mean distance', 'bias', 'calibration error'], far),
    `![Reliability against the hidden odds](${PLOTS[model]})`,
    `Not enough evidence, by the rule that serving uses, at ${percent(share)} of the moments. How good they are where they are shown, and would be where they are not:`,
    table(['odds', 'of', 'moments', 'AUC', 'best possible', 'mean distance', 'bias', 'calibration error'], thin),
  ].join('\n\n');
}

function partRows(where: string, part: Part | null): string[][] {
  if (part === null) return [];
  const { model, prior, auc } = part;
  return [
    [where, WHO.model, String(model.rows), number(auc?.model), number(auc?.hidden), ...distanceCells(model)],
    [where, WHO.prior, String(prior.rows), '', '', ...distanceCells(prior)],
  ];
}

function number(value: number | undefined): string {
  return value === undefined ? 'one kind of outcome' : value.toFixed(3);
}

/** Odds given against the mean of the hidden odds. */
function plotOf(title: string, rows: readonly JudgedRow[]): string {
  const hidden = rows.map((row) => row.hidden);
  const series = (['model', 'logistic', 'prior'] as const).map((judge) => ({
    name: { model: 'learned', logistic: 'logistic', prior: 'prior' }[judge],
    bins: reliabilityOf(
      hidden,
      rows.map((row) => row[judge]),
    ),
  }));
  return reliabilityPlot(`${title}, against hidden odds`, series);
}

function distanceCells({ mean, bias, calibration }: Distance): string[] {
  return [mean.toFixed(3), `${bias < 0 ? '' : '+'}${bias.toFixed(3)}`, calibration.toFixed(3)];
}

function estimate({ value, low, high }: Estimate): string {
  return `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

import type { Estimate, Metrics } from '@hub/intelligence/training';
import { SET_OF } from '../data-sets.ts';
import type { Evaluated } from '../evaluate.ts';
import type { AgeFigures } from '../figures.ts';
import { GOALS, type Reference } from '../goals.ts';
import { SETTINGS } from '../settings.ts';

const PAIRS_NAMED = 5;

/** The report as a page, with plots beside it at `<task>.svg`. */
export function reportOf(evaluated: readonly Evaluated[]): string {
  return [
    '# Evaluation on public data',
    '',
    'Each model is additive, learned as every model of EnterpriseHub is, and judged on rows that come after those it learned from,',
    'or, where a set has no time, by five folds. Beside it stands the logistic challenger on the same columns. Brackets hold what',
    'lies in 95 of 100 bootstrap samples of leads. ECE is the calibration error over 10 bins of equal count; "by chance" is what it',
    'would be if the odds held exactly, for so many leads. References are those of the READMEs of the data; goals are ours.',
    '',
    summary(evaluated),
    '',
    ...evaluated.flatMap(section),
    '## Data',
    '',
    ...credits(evaluated),
    '',
  ].join('\n');
}

/** One line per task: what was reached, beside the best reference and the goal. */
export function summary(evaluated: readonly Evaluated[]): string {
  return markdownTable(
    [
      'task',
      'AUC',
      'logistic',
      'best reference',
      'goal',
      'PR-AUC',
      'Brier',
      'ECE',
      'by chance',
      'ECE goal',
      'lift 20 %',
    ],
    evaluated.map(({ task, figures: { learned, logistic, mended, eceByChance } }) => {
      const { auc, ece, references } = GOALS[task.name];
      return [
        task.name,
        interval(learned.auc),
        fixed(logistic.auc.value),
        fixed(Math.max(...references.map((one) => one.auc))),
        against(learned.auc.value, auc, 'least'),
        fixed(learned.prAuc.value),
        fixed(learned.brier.value),
        mended === null
          ? fixed(learned.ece.value)
          : `${fixed(learned.ece.value)} raw, ${fixed(mended.ece.value)} by month`,
        fixed(eceByChance),
        ece === null ? 'none: the base rate moves' : against((mended ?? learned).ece.value, ece, 'most'),
        learned.lift20.value.toFixed(2),
      ];
    }),
  );
}

function against(value: number, goal: number, bound: 'least' | 'most'): string {
  const missed = bound === 'least' ? goal - value : value - goal;
  return missed <= 0 ? `${goal}: reached` : `${goal}: missed by ${missed.toFixed(4)}`;
}

function section({ task, figures, judged, seconds }: Evaluated): readonly string[] {
  const { references } = GOALS[task.name];
  const { rows, leads, baseRate, learned, logistic, mended, byAge } = figures;
  const head = ['', 'AUC', 'PR-AUC', 'Brier', 'ECE', 'lift 20 %'];
  const line = (name: string, metrics: typeof learned) => [
    name,
    ...[metrics.auc, metrics.prAuc, metrics.brier, metrics.ece].map((one) => interval(one)),
    interval(metrics.lift20, 2),
  ];
  return [
    `## ${task.name}: ${task.title}`,
    '',
    `${protocolOf(task.protocol)} ${rows} rows of ${leads} leads are judged, ${percent(baseRate)} of them positive.`,
    '',
    markdownTable(head, [
      line('learned', learned),
      line('logistic', logistic),
      ...(mended === null ? [] : [line('learned, mended month by month', mended)]),
      ...references.map(referenceLine),
    ]),
    '',
    ...agesOf(byAge, references),
    `![Reliability of ${task.name}](${task.name}.svg)`,
    '',
    `Settings: ${SETTINGS[task.name].why} ${pairsOf(judged.models)} ${seconds.toFixed(1)} s.`,
    '',
  ];
}

function protocolOf(protocol: Evaluated['task']['protocol']): string {
  return protocol.kind === 'forward'
    ? `Learned from ${protocol.train.labels.length} earlier rows.`
    : `${protocol.folds} folds, stratified; each is judged by a model of the others.`;
}

function referenceLine({ by, auc, prAuc, brier, lift20 }: Reference): readonly string[] {
  const given = (value: number | undefined, digits = 3) => (value === undefined ? '' : value.toFixed(digits));
  return [`reference: ${by}`, fixed(auc), given(prAuc), given(brier), '', given(lift20, 2)];
}

function agesOf(byAge: readonly AgeFigures[], references: readonly Reference[]): readonly string[] {
  if (byAge.length === 0) return [];
  const figure = (name: keyof Metrics) => byAge.map(({ learned }) => learned[name].toFixed(name === 'lift20' ? 2 : 3));
  return [
    markdownTable(
      ['age of the lead, days', ...byAge.map(({ days }) => String(days))],
      [
        ['rows', ...byAge.map(({ rows }) => String(rows))],
        ['positive', ...byAge.map(({ baseRate }) => percent(baseRate))],
        ['AUC', ...figure('auc')],
        ['AUC, logistic', ...byAge.map(({ logistic }) => fixed(logistic.auc))],
        ...references.flatMap(({ by, aucByAge }) =>
          aucByAge === undefined ? [] : [[`AUC, reference: ${by}`, ...aucByAge.map((auc) => fixed(auc))]],
        ),
        ['PR-AUC', ...figure('prAuc')],
        ['Brier', ...figure('brier')],
        ['ECE', ...figure('ece')],
        ['lift 20 %', ...figure('lift20')],
      ],
    ),
    '',
  ];
}

function pairsOf(models: Evaluated['judged']['models']): string {
  const tried = models.flatMap((model) => model.tried);
  if (tried.length === 0) return 'No pairs were tried.';
  const kept = tried.filter(({ verdict }) => verdict === 'kept');
  const strongest = kept.toSorted((a, b) => b.help - a.help).map(({ names }) => names.join(' × '));
  const some = [...new Set(strongest)].slice(0, PAIRS_NAMED).join(', ');
  const counts = `Of ${tried.length} pairs tried for ${models.length} models, ${kept.length} helped on leads not seen`;
  return kept.length === 0 ? `${counts}.` : `${counts}, most of all ${some}.`;
}

function credits(evaluated: readonly Evaluated[]): readonly string[] {
  return [...new Set(evaluated.map(({ task }) => SET_OF[task.name]))].map(({ credit, licence, weights }) =>
    weights === 'free'
      ? `- ${credit}. Licence: ${licence}.`
      : `- ${credit}. Licence: ${licence}. Models learned from it are for this evaluation only; none is written.`,
  );
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, at) => (at === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}

function interval({ value, low, high }: Estimate, digits = 3): string {
  return `${value.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}

function fixed(value: number): string {
  return value.toFixed(3);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

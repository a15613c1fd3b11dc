import type { LearnedModel, Manifest, Measured, Slice } from '@hub/intelligence';
import { topShapes } from './shapes-in-words.ts';

const NAMES: Readonly<Record<Manifest['name'], string>> = {
  conversion: 'Conversion',
  goingCold: 'Going cold',
  match: 'Match',
};

/** The model card, made from the run alone: Markdown for `CARD.md`. */
export function cardOf(manifest: Manifest, model: LearnedModel): string {
  const { name, version, label, createdAt, codeVersion, hash, warnings } = manifest;
  const parts = [
    `# ${NAMES[name]}, version ${version}`,
    `Odds of ${label.target}. Learned ${createdAt.slice(0, 10)} by code ${codeVersion}; \`model.onnx\` has the SHA-256 \`${hash}\`.`,
    warnings.length === 0 ? '' : section('Warnings', warnings.map((warning) => `- **${warning}**`).join('\n')),
    section('What is foretold', `${label.definition}\n\nDefinitions: ${label.version}.`),
    section('Data', dataOf(manifest)),
    section('How well it does', metricsOf(manifest)),
    section('Calibration', calibrationOf(manifest)),
    section('What moves it', shapesOf(model)),
    section('Fairness', fairnessOf(manifest)),
    section('Limits', limitsOf(manifest)),
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

function section(title: string, text: string): string {
  return `## ${title}\n\n${text}`;
}

function dataOf({ data }: Manifest): string {
  const { source, from, until, tenants, leads, events, rows, positives, leftOut, slices } = data;
  const left = Object.entries(leftOut).map(([why, count]) => `${WHY[why] ?? why} ${count}`);
  const row = (use: string, slice: Slice): string[] => [
    use,
    slice.from.slice(0, 10),
    slice.until.slice(0, 10),
    String(slice.leads),
    String(slice.rows),
    percent(slice.positives / slice.rows),
  ];
  return [
    `From ${source}: ${leads} leads of ${tenants} tenants with ${events} events, ${from.slice(0, 10)} to ${until.slice(0, 10)}. ` +
      'Each lead was looked at an hour, 1, 3, 7, 14, 30 and 60 days after its first event, monthly from then on, and at its 1st, 2nd, 4th, 8th, … touch; ' +
      `${rows} of these looks are used, ${positives} with the outcome.`,
    left.length === 0 ? '' : `Without a label: ${left.join(', ')}.`,
    table(
      ['used to', 'from', 'until', 'leads', 'rows', 'outcome'],
      [
        row('learn shapes', slices.train),
        row('stop and choose pairs', slices.stop),
        row('calibrate', slices.calibrate),
        row('measure', slices.test),
      ],
    ),
    'Each stretch lies after the one before, no lead is in two, and whatever was learned was known before the first measured lead came.',
  ]
    .filter(Boolean)
    .join('\n\n');
}

const WHY: Readonly<Record<string, string>> = {
  censored: 'window not over',
  unknownYet: 'not known yet',
  deleted: 'lead deleted',
  optedOut: 'opted out',
  neglect: 'we did not reach out (neglect, not silence of theirs)',
  cameByThemselves: 'they came before we reached out',
};

function metricsOf({ metrics }: Manifest): string {
  const { model, logistic, prior } = metrics;
  const row = (who: string, measured: Measured | null): string[][] =>
    measured === null ? [] : [[who, ...METRICS.map((metric) => estimate(measured[metric]))]];
  return [
    'On the latest leads, which nothing was learned or chosen from; in brackets where 95 of 100 samples of leads lie.',
    table(
      ['', 'AUC', 'PR-AUC', 'Brier', 'calibration error', 'lift at 20 %'],
      [...row('this model', model), ...row('logistic regression', logistic), ...row('prior, set by hand', prior)],
    ),
  ].join('\n\n');
}

const METRICS = ['auc', 'prAuc', 'brier', 'ece', 'lift20'] as const;

function calibrationOf({ calibration }: Manifest): string {
  return [
    `Method: ${calibration.method}${calibration.knots === 0 ? '' : `, ${calibration.knots} knots`}. On the latest leads, by tenths of the odds:`,
    table(
      ['rows', 'odds given', 'happened'],
      calibration.table.map(({ rows, predicted, happened }) => [String(rows), percent(predicted), percent(happened)]),
    ),
  ].join('\n\n');
}

function shapesOf(model: LearnedModel): string {
  const shapes = topShapes(model).map(({ name, words }) => `- \`${name}\` ${words}`);
  const pairs = model.pairs.map(
    ({ features: [a, b] }) => `\`${model.features[a] ?? ''}\` × \`${model.features[b] ?? ''}\``,
  );
  return [
    'In log-odds against the mean lead, the widest first:',
    shapes.join('\n'),
    pairs.length === 0
      ? 'No pair of features proved itself.'
      : `Pairs that proved themselves later in time: ${pairs.join(', ')}.`,
  ].join('\n\n');
}

function fairnessOf({ fairness, features }: Manifest): string {
  const verdict = fairness.passed ? 'Passed.' : '**Not passed.**';
  return [
    `${verdict} The ${features.length} inputs are counts, times and stages; no name, place, language, family or origin word is among them.`,
    ...fairness.checks.map((check) => `- ${check}`),
  ].join('\n');
}

function limitsOf({ data, name }: Manifest): string {
  const lines = [
    `- It speaks of leads like those of its data window (until ${data.until.slice(0, 10)}), and gets stale as practice changes: train again and compare.`,
    '- Odds are of what happens if people go on working as they did, not of what a call would change.',
    name === 'goingCold'
      ? '- It holds where we reach out. Leads that nobody contacts are neglected, not cold, and were left out.'
      : '- A conversion is a conversation or an appointment, not a sale.',
  ];
  if (data.source.startsWith('simulated'))
    lines.push('- **Its leads are simulated. It must not decide on real ones.**');
  return lines.join('\n');
}

function estimate({ value, low, high }: { value: number; low: number; high: number }): string {
  return `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

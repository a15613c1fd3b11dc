import { FEATURES, type Feature, type LearnedModel, type StepShape } from '@hub/intelligence';

interface Described {
  readonly name: string;
  /** Distance between the highest and the lowest step, in log-odds. */
  readonly span: number;
  readonly words: string;
}

/** What moves a model most, largest first: "daysSinceSign (days): -1.2 at the least, +0.4 at the most, falling". */
export function topShapes({ features, shapes }: LearnedModel, count = 8): readonly Described[] {
  return features
    .map((name, index) => describe(name, shapes[index] ?? { edges: [], logits: [] }))
    .filter(({ span }) => span > 0)
    .toSorted((a, b) => b.span - a.span)
    .slice(0, count);
}

/** Less is nothing to speak of. */
const SHOWN = 0.01;

function describe(name: string, { edges, logits }: StepShape): Described {
  const [missing = 0, ...steps] = logits;
  const span = Math.max(...logits) - Math.min(...logits);
  const parts = [courseOf(steps, edges, unitOf(name))];
  if (Math.abs(missing) >= SHOWN) parts.push(`${signed(missing)} when missing`);
  return { name, span, words: parts.filter(Boolean).join('; ') };
}

/** The lowest and highest steps, and whether the way between them is straight. */
function courseOf(steps: readonly number[], edges: readonly number[], unit: string): string {
  const lowest = steps.indexOf(Math.min(...steps));
  const highest = steps.indexOf(Math.max(...steps));
  if (lowest === highest) return '';
  const rises = steps.every((step, at) => at === 0 || step >= (steps[at - 1] ?? step));
  const falls = steps.every((step, at) => at === 0 || step <= (steps[at - 1] ?? step));
  const course = rises ? 'rises' : falls ? 'falls' : 'turns';
  const ends = [
    `${signed(steps[lowest] ?? 0)} ${where(lowest, edges, unit)}`,
    `${signed(steps[highest] ?? 0)} ${where(highest, edges, unit)}`,
  ];
  return `${course}: ${(lowest < highest ? ends : ends.toReversed()).join(', ')}`;
}

function where(step: number, edges: readonly number[], unit: string): string {
  const [from, to] = [edges[step - 1], edges[step]];
  if (from === undefined) return `below ${short(to ?? 0)}${unit}`;
  return to === undefined ? `from ${short(from)}${unit} on` : `from ${short(from)} to ${short(to)}${unit}`;
}

function unitOf(name: string): string {
  const feature = FEATURES.find((one: Feature) => one.name === name);
  return feature === undefined || feature.unit === 'yes or no' || feature.unit === 'level' ? '' : ` ${feature.unit}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function signed(logit: number): string {
  return `${logit >= 0 ? '+' : '-'}${Math.abs(logit).toFixed(2)}`;
}

import { pathOf, readArguments } from './arguments.ts';
import type { HubApi } from './hub-api.ts';
import { print } from './print.ts';
import { durationText, table } from './table.ts';

type Grading =
  | { readonly state: 'noTraffic' }
  | {
      readonly state: 'graded';
      readonly grade: string;
      readonly points: number;
      readonly components: readonly { component: string; value: number | null; grade: string; weight: number }[];
    };

export async function grade(api: HubApi, args: readonly string[]): Promise<number> {
  const { json, values } = readArguments(args, ['tenant']);
  const found = await api.json<Grading>('GET', pathOf('grade', values['tenant']));
  print(json, found, gradeText(found));
  return 0;
}

const WHAT: Readonly<Record<string, string>> = {
  ackP99: 'ack, 99th percentile',
  pushP99: 'push, 99th percentile',
  errorBudget: 'answers not 2xx, 3 days',
  lag: 'oldest in flight',
  deadLetters: 'dead letters, last hour',
};
const SHARES: ReadonlySet<string> = new Set(['errorBudget', 'deadLetters']);

export function gradeText(grading: Grading): string {
  if (grading.state === 'noTraffic') return 'no grade: nothing came in\n';
  const rows = grading.components.map(({ component, value, grade, weight }) => [
    grade,
    WHAT[component] ?? component,
    valueText(component, value),
    `${Math.round(weight * 100)} %`,
  ]);
  return `${grading.grade} (${grading.points.toFixed(2)} of 4)\n\n${table(['grade', 'of', 'is', 'weight'], rows)}`;
}

function valueText(component: string, value: number | null): string {
  if (value === null) return 'beyond measure';
  return SHARES.has(component) ? `${(value * 100).toFixed(2)} %` : durationText(value);
}

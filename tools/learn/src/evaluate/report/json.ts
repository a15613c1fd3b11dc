import type { Metrics, MetricsWithIntervals } from '@hub/intelligence/training';
import type { Evaluated } from '../evaluate.ts';
import type { AgeFigures } from '../figures.ts';

type Flat = Readonly<Record<string, number>>;

/** All figures by the name of their task, for programs. */
export function jsonOf(evaluated: readonly Evaluated[]): Readonly<Record<string, object>> {
  return Object.fromEntries(evaluated.map((one) => [one.task.name, taskJson(one)]));
}

function taskJson({ figures, seconds }: Evaluated): object {
  const { rows, leads, baseRate, learned, logistic, mended, byAge, eceByChance } = figures;
  return {
    ...flat(learned),
    eceByChance: rounded(eceByChance),
    rows,
    leads,
    baseRate: rounded(baseRate),
    ...(mended === null ? {} : { monthByMonth: flat(mended) }),
    ...(byAge.length === 0 ? {} : { byAgeDays: Object.fromEntries(byAge.map((age) => [age.days, ageJson(age)])) }),
    logistic: flat(logistic),
    seconds: Math.round(seconds * 10) / 10,
  };
}

/** `auc`, `aucLow`, `aucHigh` and so on. */
function flat(metrics: MetricsWithIntervals): Flat {
  return Object.fromEntries(
    Object.entries(metrics).flatMap(([name, { value, low, high }]) => [
      [name, rounded(value)],
      [`${name}Low`, rounded(low)],
      [`${name}High`, rounded(high)],
    ]),
  );
}

function ageJson({ rows, baseRate, learned, logistic }: AgeFigures): object {
  return { ...plain(learned), rows, baseRate: rounded(baseRate), logistic: plain(logistic) };
}

function plain(metrics: Metrics): Flat {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, rounded(value)]));
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

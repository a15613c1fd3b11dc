/** From best to worst; its points are 4 to 0. */
export const GRADES = ['A', 'B', 'C', 'D', 'F'] as const;
export type Grade = (typeof GRADES)[number];

/**
 * What is graded. Published in docs/grade.md, which a spec holds equal to `RULES`.
 * - `ackP99`: ms from a request's last byte to its answer, 99th percentile of the last 5 minutes.
 * - `pushP99`: ms from a webhook's arrival to its score on a screen, 99th percentile of the last 5 minutes.
 * - `errorBudget`: share of answers that were not 2xx over 3 days. GoHighLevel stops sending above 0.1.
 * - `lag`: ms since the oldest webhook came in that is not settled.
 * - `deadLetters`: share of dead letters among the webhooks settled in the last hour.
 */
export const COMPONENTS = ['ackP99', 'pushP99', 'errorBudget', 'lag', 'deadLetters'] as const;
export type Component = (typeof COMPONENTS)[number];

/** What was measured; null where there is nothing to measure. */
export type Measured = Readonly<Record<Component, number | null>>;

interface Rule {
  /** Largest value that still earns A, B, C, D. */
  readonly bounds: readonly [a: number, b: number, c: number, d: number];
  /** Share of the overall grade; all together 1. */
  readonly weight: number;
}

export const RULES: Readonly<Record<Component, Rule>> = {
  ackP99: { bounds: [6, 30, 200, 2_000], weight: 0.2 },
  pushP99: { bounds: [250, 1_000, 5_000, 30_000], weight: 0.2 },
  errorBudget: { bounds: [0.01, 0.025, 0.05, 0.1], weight: 0.3 },
  lag: { bounds: [2_000, 10_000, 60_000, 600_000], weight: 0.15 },
  deadLetters: { bounds: [0.001, 0.005, 0.02, 0.1], weight: 0.15 },
};

/** The whole is at most this much better than its worst component. */
const BETTER_THAN_WORST = 1;

export interface ComponentGrade {
  readonly component: Component;
  readonly value: number;
  readonly grade: Grade;
  readonly points: number;
  /** Its share here, where components without a value have none. */
  readonly weight: number;
}

/** `noTraffic`: nothing came in, so there is nothing to be proud of. */
export type Grading =
  | { readonly state: 'noTraffic' }
  | {
      readonly state: 'graded';
      readonly grade: Grade;
      /** 0 to 4, before it is rounded to a grade. */
      readonly points: number;
      readonly components: readonly ComponentGrade[];
    };

export function pointsOf(grade: Grade): number {
  return GRADES.length - 1 - GRADES.indexOf(grade);
}

/** @param value NaN, as any value above all bounds, earns an F. */
export function gradeOf(component: Component, value: number): Grade {
  const place = RULES[component].bounds.findIndex((bound) => value <= bound);
  return GRADES[place] ?? 'F';
}

/**
 * Points of the whole: the weighted mean of the components that have a value, at most one above the worst of them. An F of
 * the error budget is an F of the whole: the sender is about to stop sending, and nothing makes up for that.
 * @param hasTraffic Whether anything came in within the longest of the windows.
 */
export function gradeAll(measured: Measured, hasTraffic: boolean): Grading {
  const known = COMPONENTS.flatMap((component) => {
    const value = measured[component];
    return value === null ? [] : [{ component, value, grade: gradeOf(component, value) }];
  });
  if (!hasTraffic || known.length === 0) return { state: 'noTraffic' };
  const weights = known.reduce((sum, { component }) => sum + RULES[component].weight, 0);
  const components = known.map((one) => ({
    ...one,
    points: pointsOf(one.grade),
    weight: RULES[one.component].weight / weights,
  }));
  const mean = components.reduce((sum, { points, weight }) => sum + points * weight, 0);
  const worst = Math.min(...components.map(({ points }) => points));
  const isOverBudget = components.some(({ component, grade }) => component === 'errorBudget' && grade === 'F');
  const points = isOverBudget ? 0 : Math.min(mean, worst + BETTER_THAN_WORST);
  return { state: 'graded', grade: GRADES[GRADES.length - 1 - Math.round(points)] ?? 'F', points, components };
}

import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Component, COMPONENTS, gradeAll, gradeOf, GRADES, type Measured, pointsOf, RULES } from './grade.ts';

const best: Measured = { ackP99: 0, pushP99: 0, errorBudget: 0, lag: 0, deadLetters: 0 };
const value = fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }));
const measured: fc.Arbitrary<Measured> = fc.record({
  ackP99: value,
  pushP99: value,
  errorBudget: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  lag: value,
  deadLetters: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
});
const pointsFor = (of: Measured) => {
  const grading = gradeAll(of, true);
  return grading.state === 'graded' ? grading.points : null;
};

describe('the grade', () => {
  it.each(
    COMPONENTS.flatMap((component) => RULES[component].bounds.map((bound, at) => [component, bound, at] as const)),
  )('of %s is still this at %d and the next beyond it', (component, bound, at) => {
    expect(gradeOf(component, bound)).toBe(GRADES[at]);
    expect(gradeOf(component, bound * 1.000_001)).toBe(GRADES[at + 1]);
  });

  it('weighs all components, which make up the whole', () => {
    expect(COMPONENTS.reduce((sum, component) => sum + RULES[component].weight, 0)).toBeCloseTo(1, 12);
    expect(gradeAll(best, true)).toMatchObject({ state: 'graded', grade: 'A', points: 4 });
  });

  it('is none without traffic, however good the rest looks', () => {
    expect(gradeAll(best, false)).toEqual({ state: 'noTraffic' });
  });

  it('is F when the error budget is used up, whatever the rest', () => {
    expect(gradeAll({ ...best, errorBudget: 0.1001 }, true)).toMatchObject({ grade: 'F', points: 0 });
  });

  it('is at most one better than the worst component, and never better than the best', () => {
    fc.assert(
      fc.property(measured, (of) => {
        const grading = gradeAll(of, true);
        if (grading.state === 'noTraffic') return;
        const points = grading.components.map((component) => component.points);
        expect(grading.points).toBeLessThanOrEqual(Math.min(...points) + 1);
        expect(grading.points).toBeLessThanOrEqual(Math.max(...points) + 1e-9);
        expect(pointsOf(grading.grade)).toBe(Math.round(grading.points));
      }),
    );
  });

  it('never improves when something gets worse', () => {
    fc.assert(
      fc.property(
        measured,
        fc.constantFrom(...COMPONENTS),
        fc.double({ min: 1, max: 10, noNaN: true }),
        (of, what, by) => {
          const before = of[what];
          if (before === null) return;
          expect(pointsFor({ ...of, [what]: before * by })).toBeLessThanOrEqual(pointsFor(of) ?? 4);
        },
      ),
    );
  });

  it('is published as it is computed', async () => {
    const page = await readFile(new URL('../../../docs/grade.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `(\w+)` *\|(.+)\|$/gm)].map(([, component, cells = '']) => [
      component,
      cells
        .split('|')
        .slice(1)
        .map((cell) => Number(cell.replaceAll(/[ ,]/g, ''))),
    ]);
    expect(Object.fromEntries(rows)).toEqual(
      Object.fromEntries(COMPONENTS.map((name: Component) => [name, [...RULES[name].bounds, RULES[name].weight]])),
    );
  });
});

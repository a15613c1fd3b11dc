import { describe, expect, it } from '@jest/globals';
import { lowestPoint } from './lbfgs.ts';
import { logisticLogits, trainLogistic } from './logistic.ts';
import { drawnTable, levels, numbers } from './tables.for-spec.ts';
import type { TrainingTable } from './training-table.ts';

function rows(columns: TrainingTable['columns']): TrainingTable {
  const count = columns[0]?.values.length ?? 0;
  return { columns, labels: new Uint8Array(count), atMs: new Float64Array(), groups: new Int32Array() };
}

describe('trainLogistic', () => {
  it('finds the straight line that made the labels', () => {
    const fit = drawnTable(10_000, ['a', 'b', 'c'], ([a = 0, b = 0]) => 1 + 2 * a - b);
    const model = trainLogistic(fit, { l2: 0.01 });
    const [origin = 0, a = 0, b = 0, c = 0] = logisticLogits(
      model,
      rows([numbers('a', [0, 1, 0, 0]), numbers('b', [0, 0, 1, 0]), numbers('c', [0, 0, 0, 1])]),
    );
    expect(origin).toBeCloseTo(1, 0);
    expect(Math.abs(a - origin - 2)).toBeLessThan(0.2);
    expect(Math.abs(b - origin + 1)).toBeLessThan(0.2);
    expect(Math.abs(c - origin)).toBeLessThan(0.2);
  });

  it('gives levels and missing values weights of their own, and takes unseen levels as missing', () => {
    const shifts = [-1, 1, 0.5];
    const drawn = drawnTable(6_000, ['x'], (_, row) => shifts[row % 3] ?? 0);
    const column = levels(
      'of',
      ['low', 'high'],
      Array.from(drawn.labels, (_, row) => [0, 1, Number.NaN][row % 3] ?? 0),
    );
    const model = trainLogistic({ ...drawn, columns: [column] }, { l2: 0.1 });
    const [low = 0, high = 0, missing = 0, unseen] = logisticLogits(
      model,
      rows([levels('of', [], [0, 1, Number.NaN, 7])]),
    );
    expect(Math.abs(low + 1)).toBeLessThan(0.15);
    expect(Math.abs(high - 1)).toBeLessThan(0.15);
    expect(Math.abs(missing - 0.5)).toBeLessThan(0.15);
    expect(unseen).toBe(missing);
  });

  it('stays finite where a column tells the label', () => {
    const fit = drawnTable(200, ['a'], () => 0);
    const model = trainLogistic({
      ...fit,
      columns: [
        numbers('a', fit.labels),
        numbers(
          'constant',
          fit.labels.map(() => 3),
        ),
      ],
    });
    expect(
      logisticLogits(model, { ...fit, columns: [numbers('a', fit.labels), numbers('constant', fit.labels)] }).every(
        Number.isFinite,
      ),
    ).toBe(true);
  });

  it('names the column that is missing', () => {
    const model = trainLogistic(drawnTable(50, ['a'], () => 0));
    expect(() => logisticLogits(model, rows([numbers('b', [1])]))).toThrow('no column a');
  });
});

describe('lowestPoint', () => {
  it('finds the lowest point of a long valley', () => {
    const found = lowestPoint(
      ([x = 0, y = 0], gradient) => {
        gradient[0] = 2 * (x - 3) - 200 * (y - x);
        gradient[1] = 200 * (y - x);
        return (x - 3) ** 2 + 100 * (y - x) ** 2;
      },
      new Float64Array(2),
      200,
      1e-9,
    );
    expect(found[0]).toBeCloseTo(3, 6);
    expect(found[1]).toBeCloseTo(3, 6);
  });
});

import { describe, expect, it } from '@jest/globals';
import { logitsOf, oddsOf } from './logits.ts';
import { metricsOf } from './metrics.ts';
import type { TrainingOptions } from './options.ts';
import { seededRandom } from './random.ts';
import { drawnTable, levels, numbers } from './tables.for-spec.ts';
import { train, type Trained, type TrainingParts } from './train.ts';
import type { TrainingTable } from './training-table.ts';

const QUICK: Partial<TrainingOptions> = { threads: 0, bags: 3, pairs: 0 };

function learn(parts: Partial<TrainingParts> & Pick<TrainingParts, 'fit'>, options: Partial<TrainingOptions> = {}) {
  return train({ later: null, calibrate: null, ...parts }, { ...QUICK, ...options });
}

/** Log-odds that a model gives to one row. */
function logitAt(model: Trained, columns: TrainingTable['columns']): number {
  const one = { columns, labels: new Uint8Array(1), atMs: new Float64Array(), groups: new Int32Array() };
  return logitsOf(model, one).raw[0] ?? Number.NaN;
}

describe('train', () => {
  it('finds the shapes that made the labels, and leaves flat what had no part in them', async () => {
    const fit = drawnTable(
      8_000,
      ['wave', 'step', 'noise'],
      ([wave = 0, step = 0]) => 2 * Math.sin(3 * wave) + (step > 0.2 ? 1 : -1),
    );
    const model = await learn({ fit });
    const at = (wave: number, step: number, noise: number) =>
      logitAt(model, [numbers('wave', [wave]), numbers('step', [step]), numbers('noise', [noise])]);
    for (const wave of [-0.8, -0.4, 0, 0.4, 0.8]) {
      expect(at(wave, 0.5, 0) - at(0, 0.5, 0)).toBeCloseTo(2 * Math.sin(3 * wave), 0);
    }
    expect(at(0, 0.9, 0) - at(0, -0.9, 0)).toBeCloseTo(2, 0);
    expect(Math.abs(at(0, 0, 0.9) - at(0, 0, -0.9))).toBeLessThan(0.3);
  });

  it('gives the same bits for the same seed, on this thread or on others, and others for another seed', async () => {
    const fit = drawnTable(1_500, ['a', 'b', 'c'], ([a = 0, b = 0]) => a + 2 * a * b);
    const options = { bags: 3, pairs: 2, maxRounds: 40 };
    const [alone, one, two, other] = await Promise.all([
      learn({ fit }, { ...options, threads: 0 }),
      learn({ fit }, { ...options, threads: 1 }),
      learn({ fit }, { ...options, threads: 2 }),
      learn({ fit }, { ...options, threads: 0, seed: 2 }),
    ]);
    expect(JSON.stringify(one)).toBe(JSON.stringify(alone));
    expect(JSON.stringify(two)).toBe(JSON.stringify(alone));
    expect(JSON.stringify(other.shapes)).not.toBe(JSON.stringify(alone.shapes));
  });

  it.each(['rising', 'falling'] as const)(
    'holds a shape to %s, exactly, where the labels say otherwise',
    async (monotone) => {
      const sign = monotone === 'rising' ? 1 : -1;
      const drawn = drawnTable(2_000, ['x', 'y'], ([x = 0, y = 0]) => sign * (2 * x + 2 * Math.sin(8 * x)) + y);
      const [x, y] = drawn.columns;
      if (x === undefined || y === undefined) throw new Error('two columns were drawn');
      const fit = { ...drawn, columns: [numbers('x', x.values, monotone), y] };
      const model = await learn({ fit }, { pairs: 3, maxBins: 64 });
      const known = model.shapes[0]?.logits.slice(1) ?? [];
      const steps = known.slice(1).map((logit, at) => logit - (known[at] ?? 0));
      expect(known.length).toBeGreaterThan(3);
      expect(steps.every((step) => step * sign > 0)).toBe(true);
    },
  );

  it('takes a pair in for what only the two together tell, and none for noise', async () => {
    const options = { pairs: 2, bags: 3 };
    const xor = drawnTable(4_000, ['a', 'b', 'c', 'd'], ([a = 0, b = 0]) => (a > 0 === b > 0 ? 1.5 : -1.5));
    const model = await learn({ fit: xor }, options);
    expect(model.tried.filter(({ verdict }) => verdict === 'kept').map(({ names }) => names)).toEqual([['a', 'b']]);
    const { raw } = logitsOf(model, xor);
    expect(metricsOf(xor.labels, raw.map(oddsOf)).auc).toBeGreaterThan(0.75);
    const noise = drawnTable(4_000, ['a', 'b', 'c', 'd'], ([a = 0, b = 0]) => a + b);
    const { tried, pairs } = await learn({ fit: noise }, options);
    expect(tried.length).toBeGreaterThan(0);
    expect(pairs).toEqual([]);
  });

  it('refuses a pair that held for one time only', async () => {
    const before = drawnTable(3_000, ['a', 'b', 'c'], ([a = 0, b = 0]) => a + 3 * a * b, 1);
    const after = drawnTable(1_500, ['a', 'b', 'c'], ([a = 0, b = 0]) => a - 3 * a * b, 2);
    const { tried, pairs } = await learn({ fit: before, later: after }, { pairs: 1 });
    expect(tried).toEqual([expect.objectContaining({ names: ['a', 'b'], verdict: 'does not help' })]);
    expect(pairs).toEqual([]);
  });

  it('stops where the later slice gains nothing more', async () => {
    const before = drawnTable(2_000, ['a', 'b'], ([a = 0]) => 2 * a, 1);
    const after = drawnTable(1_000, ['a', 'b'], () => 0, 2);
    const { bags } = await learn({ fit: before, later: after });
    expect(bags.every(({ rounds }) => rounds < 5)).toBe(true);
  });

  it('keeps the rows of a lead on one side of every bag: who is watched is not known', async () => {
    // Each lead has ten rows of one label, and a number of its own that tells nothing of others.
    const leads = Array.from({ length: 200 }, (_, lead) => lead);
    const rows = leads.flatMap((lead) => Array.from({ length: 10 }, () => lead));
    const random = seededRandom(1);
    const labels = leads.map(() => (random() < 0.5 ? 1 : 0));
    const fit: TrainingTable = {
      columns: [numbers('number of the lead', rows)],
      labels: Uint8Array.from(rows, (lead) => labels[lead] ?? 0),
      atMs: new Float64Array(),
      groups: Int32Array.from(rows),
    };
    const leaky = { ...fit, groups: new Int32Array() };
    const options = {
      maxBins: 200,
      minBinRows: 1,
      maxRounds: 100,
      leaves: { maxLeaves: 16, minLeafRows: 1, lambda: 1 },
    };
    const [honest, fooled] = [await learn({ fit }, options), await learn({ fit: leaky }, options)];
    expect(fooled.bags.every(({ losses }) => losses.shapes < 0.7 * losses.base)).toBe(true);
    expect(honest.bags.every(({ losses }) => losses.shapes > 0.95 * losses.base)).toBe(true);
  });

  it('takes unseen levels as missing, and gives each seen one its part', async () => {
    const drawn = drawnTable(3_000, ['x'], (_, row) => [-1.5, 0, 1.5][row % 3] ?? 0);
    const names = ['low', 'middle', 'high', 'never seen'];
    const fit = {
      ...drawn,
      columns: [
        levels(
          'level',
          names,
          Array.from(drawn.labels, (_, row) => row % 3),
        ),
      ],
    };
    const model = await learn({ fit });
    const at = (level: number) => logitAt(model, [levels('level', names, [level])]);
    expect(at(1) - at(0)).toBeCloseTo(1.5, 0);
    expect(at(2) - at(1)).toBeCloseTo(1.5, 0);
    expect(at(3)).toBe(at(Number.NaN));
    expect(at(4)).toBe(at(Number.NaN));
  });

  it('undoes class weights: odds are of leads as they come', async () => {
    const fit = drawnTable(4_000, ['a'], ([a = 0]) => a - 2);
    const weighted = await learn({ fit }, { classWeights: { positive: 5, negative: 1 } });
    const plain = await learn({ fit });
    const meanOdds = (model: Trained) =>
      logitsOf(model, fit)
        .raw.map(oddsOf)
        .reduce((sum, odds) => sum + odds / 4_000, 0);
    expect(meanOdds(weighted)).toBeCloseTo(meanOdds(plain), 1);
  });

  it('is the same model in its table form: every logit is intercept, shapes and pairs, centred on the mean lead', async () => {
    const fit = drawnTable(1_000, ['a', 'b'], ([a = 0, b = 0]) => a + 2 * a * b - 1);
    const model = await learn({ fit }, { pairs: 1 });
    const { raw } = logitsOf(model, fit);
    const mean = raw.reduce((sum, logit) => sum + logit / raw.length, 0);
    expect(model.intercept).toBeCloseTo(mean, 6);
    expect(model.shapes.every(({ edges, logits }) => logits.length === edges.length + 2)).toBe(true);
  });

  it('refuses what it cannot learn from, by name', async () => {
    const fit = drawnTable(50, ['a'], () => 0);
    await expect(learn({ fit: { ...fit, labels: new Uint8Array(50) } })).rejects.toThrow('all labels are the same');
    await expect(learn({ fit }, { bags: 0, learningRate: 2 })).rejects.toThrow(/bags.*learningRate/);
    await expect(learn({ fit: { ...fit, columns: [numbers('a', [1, 2])] } })).rejects.toThrow(
      'a has 2 values for 50 rows',
    );
    const infinite = {
      ...fit,
      columns: [
        numbers(
          'a',
          Array.from({ length: 50 }, () => Number.POSITIVE_INFINITY),
        ),
      ],
    };
    await expect(learn({ fit: infinite })).rejects.toThrow('a holds an infinite value');
    await expect(learn({ fit: drawnTable(50, ['a', 'a'], () => 0) })).rejects.toThrow('two columns are named a');
    const later = drawnTable(50, ['b'], () => 0);
    await expect(learn({ fit, later })).rejects.toThrow('one table has a, the other b');
  });

  it.each([0, 1])('ends when it is told to, with %d threads', async (threads) => {
    const fit = drawnTable(2_000, ['a', 'b'], ([a = 0]) => a);
    const told = new AbortController();
    const options = { ...QUICK, threads, bags: 4, maxRounds: 500 };
    const run = { signal: told.signal, onProgress: () => told.abort(new Error('told to end')) };
    await expect(train({ fit, later: null, calibrate: null }, options, run)).rejects.toThrow('told to end');
  });

  it('calibrates on a slice of its own', async () => {
    const fit = drawnTable(3_000, ['a'], ([a = 0]) => 2 * a, 1);
    const slice = drawnTable(2_000, ['a'], ([a = 0]) => 2 * a - 1.5, 2);
    const model = await learn({ fit, calibrate: slice });
    const test = drawnTable(2_000, ['a'], ([a = 0]) => 2 * a - 1.5, 3);
    const { raw, calibrated } = logitsOf(model, test);
    expect(metricsOf(test.labels, raw.map(oddsOf)).ece).toBeGreaterThan(0.15);
    expect(metricsOf(test.labels, calibrated.map(oddsOf)).ece).toBeLessThan(0.05);
    expect(model.calibrated?.method).not.toBe('none');
  });
});

import { describe, expect, it } from '@jest/globals';
import type { CategoryColumn, NumberColumn } from '../training/training-table.ts';
import { ALL_INPUTS, jointProxiesOf } from './joint-proxies.ts';
import { MIN_KNOWN, proxiesOf } from './proxies.ts';

const ROWS = 2_000;

/** Even draws in [0, 1), the same in every run. */
function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function number(name: string, of: (row: number) => number, rows = ROWS): NumberColumn {
  return { kind: 'number', name, monotone: null, values: Float64Array.from({ length: rows }, (_, row) => of(row)) };
}

function category(name: string, levels: number, of: (row: number) => number, rows = ROWS): CategoryColumn {
  const values = Float64Array.from({ length: rows }, (_, row) => of(row));
  return { kind: 'category', name, levels: Array.from({ length: levels }, (_, level) => `l${level}`), values };
}

const random = draws(1);
const group = Float64Array.from({ length: ROWS }, () => Math.floor(random() * 4));
const groupOf = (row: number): number => group[row] ?? 0;
const origin = category('origin', 4, groupOf);
const rare = Float64Array.from({ length: ROWS }, () => Number(random() < 0.02));
const isRare = (row: number): boolean => rare[row] === 1;

describe('proxiesOf', () => {
  it.each([
    ['names the group outright', number('planted', groupOf)],
    ['is the group with much noise', number('planted', (row) => groupOf(row) + 4 * random())],
    ['is high in the middle group only', number('planted', (row) => (groupOf(row) === 1 ? 1 : 0) + random())],
    ['differs in spread, not in height', number('planted', (row) => (random() - 0.5) * (groupOf(row) === 2 ? 20 : 1))],
    ['is missing for one group', number('planted', (row) => (groupOf(row) === 3 ? Number.NaN : random()))],
    ['is a category', category('planted', 2, (row) => Number(groupOf(row) >= 2))],
  ])('finds an input that %s', (_, planted) => {
    const columns = [number('innocent', () => random()), planted];
    expect(proxiesOf({ columns }, [origin]).proxies).toEqual([
      expect.objectContaining({ feature: 'planted', attribute: 'origin' }),
    ]);
  });

  it('finds one that tells a rare group from all others, as the few high values', () => {
    const columns = [number('planted', (row) => (isRare(row) ? 0.8 : 0) + random())];
    const { proxies } = proxiesOf({ columns }, [category('rare', 2, (row) => Number(isRare(row)))]);
    expect(proxies).toEqual([expect.objectContaining({ feature: 'planted', by: 'gini' })]);
  });

  it('finds one of a number, such as a longitude', () => {
    const columns = [number('planted', (row) => Math.abs(row - ROWS / 2) + 300 * random())];
    expect(proxiesOf({ columns }, [number('longitude', (row) => row)]).proxies).toHaveLength(1);
  });

  it('is not misled by chance, however many levels there are and however few rows', () => {
    for (let seed = 1; seed <= 30; seed += 1) {
      const next = draws(seed);
      const rows = MIN_KNOWN + Math.floor(next() * 300);
      const columns = [number('even', next, rows), number('skewed', () => Math.floor(next() ** 4 * 6), rows)];
      const attributes = [
        category('two', 2, () => Number(next() < 0.1), rows),
        category('many', 60, () => Math.floor(next() * 60), rows),
      ];
      const { proxies, unjudged } = proxiesOf({ columns }, attributes);
      expect([proxies, unjudged]).toEqual([[], []]);
    }
  });

  it('leaves out rows whose attribute is not known, and says what it cannot judge', () => {
    const knownOf = (rows: number) => category('part', 4, (row) => (row < rows ? groupOf(row) : Number.NaN));
    const columns = [number('planted', groupOf)];
    expect(proxiesOf({ columns }, [knownOf(MIN_KNOWN)]).proxies).toHaveLength(1);
    expect(proxiesOf({ columns }, [knownOf(MIN_KNOWN - 1), category('one', 1, () => 0)])).toEqual({
      proxies: [],
      strongest: null,
      unjudged: ['part', 'one'],
    });
  });

  it('tells the strongest even where none is above the threshold', () => {
    const columns = [number('innocent', () => random())];
    expect(proxiesOf({ columns }, [origin])).toMatchObject({ proxies: [], strongest: { feature: 'innocent' } });
  });
});

describe('jointProxiesOf', () => {
  const hidden = category('hidden', 2, (row) => Number(groupOf(row) >= 2));
  /** Each with so much noise that it tells little by itself. */
  const weak = Array.from({ length: 24 }, (_, index) =>
    number(`weak${index}`, (row) => 0.12 * Number(groupOf(row) >= 2) + random() + random() + random()),
  );

  it('finds what many inputs tell together and none alone', () => {
    expect(proxiesOf({ columns: weak }, [hidden]).proxies).toEqual([]);
    expect(jointProxiesOf({ columns: weak }, [hidden])).toEqual([
      expect.objectContaining({ feature: ALL_INPUTS, attribute: 'hidden' }),
    ]);
  });

  it('is not misled by many inputs that tell nothing', () => {
    const columns = Array.from({ length: 40 }, (_, index) => number(`noise${index}`, () => random()));
    expect(jointProxiesOf({ columns }, [hidden, origin])).toEqual([]);
  });

  it('leaves out what is known of too few', () => {
    const few = category('few', 2, (row) => (row < MIN_KNOWN - 1 ? Number(groupOf(row) >= 2) : Number.NaN));
    expect(jointProxiesOf({ columns: [number('planted', groupOf)] }, [few])).toEqual([]);
  });
});

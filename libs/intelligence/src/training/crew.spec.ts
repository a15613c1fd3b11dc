import { describe, expect, it } from '@jest/globals';
import type { BagRows } from './bag.ts';
import { binned } from './binned-table.ts';
import { crewOf } from './crew.ts';
import { DEFAULTS } from './options.ts';
import { drawnTable } from './tables.for-spec.ts';

const fit = drawnTable(100, ['a', 'b'], ([a = 0]) => a);
const table = binned(fit, 100, DEFAULTS, DEFAULTS.classWeights);
const rows: BagRows = {
  fit: Uint32Array.from({ length: 80 }, (_, at) => at),
  watched: Uint32Array.from({ length: 20 }, (_, at) => 80 + at),
};
/** What a thread cannot make a bag of. */
const broken = { fit: null } as unknown as BagRows;

describe('crewOf', () => {
  it.each([0, 1, 3])('has every bag answer in its place, with %d threads', async (threads) => {
    const heard = new Set<number>();
    const other = { fit: rows.fit.subarray(0, 40), watched: rows.watched };
    const crew = crewOf(
      { table, rules: DEFAULTS, bags: [rows, other, rows] },
      threads,
      (bag) => heard.add(bag),
      undefined,
    );
    const [first, second, third] = await crew.all('shapes', []);
    expect(JSON.stringify(third)).toBe(JSON.stringify(first));
    expect(JSON.stringify(second)).not.toBe(JSON.stringify(first));
    expect(heard).toEqual(new Set([0, 1, 2]));
    expect(await crew.all('gains', [[0, 1]])).toHaveLength(3);
    await crew.close();
  });

  it('says so when a thread breaks, then and to whoever asks later', async () => {
    const crew = crewOf({ table, rules: DEFAULTS, bags: [rows, broken] }, 2, () => undefined, undefined);
    await expect(crew.all('shapes', [])).rejects.toThrow(/null/);
    await expect(crew.all('shapes', [])).rejects.toThrow(/null/);
    await crew.close();
  });
});

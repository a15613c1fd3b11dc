import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Look, pageOf } from './page.ts';

interface Position {
  readonly receivedAtMs: number;
  readonly id: number;
}

interface Row extends Position {
  readonly matches: boolean;
}

const DAY_MS = 86_400_000;
const NOW = 100 * DAY_MS;

/** Rows in memory, and a clock that each look moves. */
class Table {
  readonly looks: Look<Position>[] = [];
  nowMs = NOW;
  readonly #rows: readonly Row[];
  readonly #lookMs: (look: Look<Position>) => number;

  constructor(rows: readonly Row[], lookMs: (look: Look<Position>) => number = () => 1) {
    this.#rows = rows.toSorted((a, b) => b.receivedAtMs - a.receivedAtMs || b.id - a.id);
    this.#lookMs = lookMs;
  }

  page(search: {
    readonly limit: number;
    readonly after?: Position;
    readonly isDirect?: boolean;
    readonly hasWords?: boolean;
    readonly bodies?: boolean;
  }) {
    return pageOf<Row, Position>(
      {
        limit: search.limit,
        after: search.after,
        fromMs: undefined,
        toMs: undefined,
        isDirect: search.isDirect ?? false,
        hasWords: search.hasWords ?? false,
        looksIntoBodies: search.bodies ?? false,
        rows: (look) => Promise.resolve(this.#look(look, search.bodies ?? false)),
        positionOf: ({ receivedAtMs, id }) => ({ receivedAtMs, id }),
        positionAt: (receivedAtMs) => ({ receivedAtMs, id: 0 }),
      },
      () => this.nowMs,
    );
  }

  /** Without bodies the table itself leaves out what does not match, as a WHERE does. */
  #look(look: Look<Position>, bodies: boolean): Row[] {
    this.looks.push(look);
    this.nowMs += this.#lookMs(look);
    const { after, fromMs = -Infinity, count } = look;
    return this.#rows
      .filter((row) => bodies || row.matches)
      .filter(({ receivedAtMs }) => receivedAtMs >= fromMs)
      .filter((row) => after === undefined || isBefore(row, after))
      .slice(0, count);
  }
}

function isBefore(row: Position, after: Position): boolean {
  return row.receivedAtMs < after.receivedAtMs || (row.receivedAtMs === after.receivedAtMs && row.id < after.id);
}

const rowsOf = (ages: readonly number[]): Row[] =>
  ages.map((ageMs, at) => ({ receivedAtMs: NOW - ageMs, id: at + 1, matches: true }));

describe('a page', () => {
  it('and those after it show each row that matches once, in order, whatever looks cost', async () => {
    const row = fc.record({
      receivedAtMs: fc.oneof(
        fc.integer({ min: NOW - 90 * DAY_MS, max: NOW + DAY_MS }),
        fc.integer({ min: NOW - 5, max: NOW }),
      ),
      matches: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 60 }),
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        async (drawn, limit, costs, bodies) => {
          const rows = drawn.map((one, at): Row => ({ ...one, id: at + 1 }));
          let looks = 0;
          const table = new Table(rows, () => costs[(looks += 1) % costs.length] ?? 0);
          const shown: number[] = [];
          let after: Position | undefined;
          for (let page = 0; ; page += 1) {
            expect(page).toBeLessThan(1_000);
            const { rows: found, next } = await table.page({ limit, bodies, ...(after && { after }) });
            expect(found.length).toBeLessThanOrEqual(limit);
            shown.push(...found.map(({ id }) => id));
            if (next === null) break;
            after = next;
          }
          const wanted = rows.filter(({ matches }) => matches);
          const inOrder = wanted.toSorted((a, b) => b.receivedAtMs - a.receivedAtMs || b.id - a.id);
          expect(shown).toEqual(inOrder.map(({ id }) => id));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('comes short, and says where to go on, when its budget is used up', async () => {
    const table = new Table(rowsOf([30 * DAY_MS]), () => 20);
    const page = await table.page({ limit: 10 });
    expect(page.rows).toEqual([]);
    expect(page.next?.receivedAtMs).toBeGreaterThan(NOW - 30 * DAY_MS);
    expect(table.looks).toHaveLength(3);
  });

  it('is one look where an index has just what is asked for', async () => {
    const table = new Table(rowsOf([1, 30 * DAY_MS]), () => 1_000);
    expect((await table.page({ limit: 10, isDirect: true })).rows).toHaveLength(2);
    expect(table.looks).toEqual([{ after: undefined, fromMs: undefined, count: 11 }]);
  });

  it('looks further back the quicker looks are, and less far the slower', async () => {
    const lengths = async (lookMs: number): Promise<number[]> => {
      const table = new Table([], () => lookMs);
      await table.page({ limit: 10 });
      const bounds = [NOW, ...table.looks.flatMap(({ fromMs }) => fromMs ?? [])];
      return bounds.slice(1).map((fromMs, at) => (bounds[at] ?? 0) - fromMs);
    };
    const [first = 0, second] = await lengths(1);
    expect(second).toBe(first * 8);
    expect((await lengths(40))[1]).toBe(first / 2);
  });
});

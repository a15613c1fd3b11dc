import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FairTurns } from './fair-turns.ts';

const QUANTUM = 100;
const MAX_COST = 250;

describe('turns', () => {
  it('go round flows in the order they came', () => {
    const turns = new FairTurns(1);
    for (const key of ['a', 'b', 'c']) turns.join(key);
    const order = Array.from({ length: 6 }, () => {
      const key = turns.next();
      if (key !== null) turns.spend(key, 1);
      return key;
    });
    expect(order.join('')).toBe('abcabc');
  });

  it('are kept by a flow until its quantum is spent', () => {
    const turns = new FairTurns(QUANTUM);
    turns.join('small');
    turns.join('large');
    const order = Array.from({ length: 9 }, () => {
      const key = turns.next();
      if (key !== null) turns.spend(key, key === 'small' ? 50 : 200);
      return key;
    });
    expect(order).toEqual(['small', 'small', 'large', 'small', 'small', 'small', 'small', 'large', 'small']);
  });

  it('end for a flow that leaves, and nobody has one when all have left', () => {
    const turns = new FairTurns(QUANTUM);
    expect(turns.next()).toBeNull();
    turns.join('a');
    turns.join('b');
    turns.leave('a');
    expect([turns.next(), turns.has('a'), turns.size]).toEqual(['b', false, 1]);
    turns.leave('b');
    expect(turns.next()).toBeNull();
  });

  it('are the same whether one asks once or twice', () => {
    const turns = new FairTurns(QUANTUM);
    turns.join('a');
    turns.join('b');
    expect([turns.next(), turns.next()]).toEqual(['a', 'a']);
  });

  it('let no flow get ahead by more than two quanta and one turn, and starve none, whatever turns cost', () => {
    const costs = fc.array(fc.integer({ min: 1, max: MAX_COST }), { minLength: 1, maxLength: 400 });
    const others = fc.func(fc.constantFrom('come', 'go', 'stay'));
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 6 }), costs, others, (flows, costOf, whatOthersDo) => {
        const always = Array.from({ length: flows }, (_, at) => `always-${at}`);
        const turns = new FairTurns(QUANTUM);
        const spent = new Map(always.map((key) => [key, 0]));
        for (const key of always) turns.join(key);
        costOf.forEach((cost, at) => {
          const guest = `guest-${at % 3}`;
          const does = whatOthersDo(at);
          if (does === 'come') turns.join(guest);
          if (does === 'go') turns.leave(guest);
          const key = turns.next() ?? 'nobody';
          turns.spend(key, cost);
          if (spent.has(key)) spent.set(key, (spent.get(key) ?? 0) + cost);
          const sums = [...spent.values()];
          expect(Math.max(...sums) - Math.min(...sums)).toBeLessThanOrEqual(2 * QUANTUM + MAX_COST);
        });
      }),
    );
  });
});

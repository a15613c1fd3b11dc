import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Agenda } from './agenda.ts';

it('gives back soonest first, and among equals what was added first', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (times) => {
      const agenda = new Agenda<number>();
      times.forEach((atMs, index) => agenda.add(atMs, index));
      expect(agenda.nextAtMs).toBe(Math.min(Infinity, ...times));
      const taken = times.map(() => agenda.take());
      const expected = times
        .map((atMs, item) => ({ atMs, item }))
        .toSorted((a, b) => a.atMs - b.atMs || a.item - b.item);
      expect(taken).toMatchObject(expected);
      expect([agenda.take(), agenda.size]).toEqual([undefined, 0]);
    }),
  );
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Row } from '../api/rows.ts';
import { orderOf } from './order.ts';
import {
  changesHeld,
  completed,
  emptyQueue,
  startedOver,
  withChangesApplied,
  withHold,
  withRows,
  withView,
} from './queue-state.ts';
import { sampleRow } from './sample-row.ts';

function lead(leadId: string, odds: number, version = 1): Row {
  return sampleRow({ leadId, version, conversion: { logit: 0, probability: odds } });
}

const three = withRows(emptyQueue('now'), [lead('a', 0.3), lead('b', 0.2), lead('c', 0.1)]);

describe('rows that come in', () => {
  it('give the same queue in whatever order and however often they come', () => {
    const versions = fc.array(
      fc.record({ leadId: fc.constantFrom('a', 'b', 'c', 'd'), version: fc.integer({ min: 1, max: 6 }) }),
    );
    const rowOf = ({ leadId, version }: { leadId: string; version: number }): Row =>
      lead(leadId, version / 10, version);
    fc.assert(
      fc.property(
        versions.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([sent, received]) => {
          const once = withRows(emptyQueue('now'), sent.map(rowOf));
          const piecewise = received.reduce((state, each) => withRows(state, [rowOf(each)]), emptyQueue('now'));
          expect(new Map(piecewise.rows)).toEqual(new Map(once.rows));
          expect(piecewise.shown).toEqual(orderOf(once.rows, 'now'));
        },
      ),
    );
  });

  it('leave the state alone when they are stale', () => {
    expect(withRows(three, [lead('a', 0.9, 1)])).toBe(three);
  });
});

describe('a held order', () => {
  const held = withRows(withHold(three, true), [lead('c', 0.9, 2), lead('d', 0.5)]);

  it('stays while values change in place', () => {
    expect(held.shown).toEqual(['a', 'b', 'c']);
    expect(held.rows.get('c')?.conversion.probability).toBe(0.9);
    expect(changesHeld(held)).toBe(2);
  });

  it('is brought up to date on request, and held again from there', () => {
    const applied = withChangesApplied(held);
    expect(applied.shown).toEqual(['c', 'd', 'a', 'b']);
    expect(applied.held).toBe(true);
    expect(changesHeld(applied)).toBe(0);
  });

  it('is brought up to date when let go', () => {
    expect(withHold(held, false).shown).toEqual(['c', 'd', 'a', 'b']);
  });

  it('keeps a row that left the view until then', () => {
    const cooled = withRows(withHold(three, true), [{ ...lead('a', 0.01, 2), band: 'cool' }]);
    expect(cooled.shown).toEqual(['a', 'b', 'c']);
    expect(withHold(cooled, false).shown).toEqual(['b', 'c']);
  });

  it('does not hold back the first rows', () => {
    expect(withRows(withHold(emptyQueue('now'), true), [lead('a', 0.3)]).shown).toEqual(['a']);
  });

  it('does not carry over to another view', () => {
    expect(withView(held, 'all').shown).toHaveLength(4);
  });
});

describe('starting over', () => {
  it('keeps what is shown until everything has come again, then drops what no longer exists', () => {
    const during = withRows(startedOver(three), [lead('a', 0.1, 1), lead('b', 0.2, 1)]);
    expect(during.shown).toEqual(['a', 'b', 'c']);
    const after = completed(during);
    expect(after.shown).toEqual(['b', 'a']);
    expect(after.rows.has('c')).toBe(false);
  });

  it('accepts versions that count from 1 again', () => {
    const old = withRows(emptyQueue('now'), [lead('a', 0.3, 40)]);
    const after = completed(withRows(startedOver(old), [lead('a', 0.1, 2)]));
    expect(after.rows.get('a')?.version).toBe(2);
  });

  it('keeps what the stream brought before the page that is older', () => {
    const after = completed(withRows(withRows(startedOver(three), [lead('a', 0.5, 3)]), [lead('a', 0.4, 2)]));
    expect(after.rows.get('a')?.version).toBe(3);
  });
});

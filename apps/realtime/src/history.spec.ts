import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Frame } from './frame.ts';
import { History } from './history.ts';

const ROOMY = { maxFramesPerTenant: 1_000, maxBytesPerTenant: 1_000_000, maxBytes: 1_000_000 };

function frame(tenantId: string, sequence: number, bytes = 2): Frame {
  const made = Frame.from({
    tenantId,
    sequence,
    leadsJson: Buffer.from('['.padEnd(bytes, ' ')),
    receivedAtMs: null,
    traceparent: null,
  });
  if (made === null) throw new Error('not a frame');
  return made;
}

function sequences(frames: readonly Frame[] | null): number[] | null {
  return frames?.map(({ sequence }) => sequence) ?? null;
}

describe('the history of frames', () => {
  it('covers everything since it began, and nothing before', () => {
    const history = new History(ROOMY);
    history.restart(10);
    history.append(frame('maple', 11));
    history.append(frame('oak', 12));
    history.append(frame('maple', 13));
    expect(sequences(history.since('maple', 10))).toEqual([11, 13]);
    expect(sequences(history.since('maple', 12))).toEqual([13]);
    expect(sequences(history.since('elm', 10))).toEqual([]);
    expect(history.since('maple', 9)).toBeNull();
    expect(history.since('elm', 9)).toBeNull();
    expect(history.head).toBe(13);
  });

  it('forgets the oldest frames of a tenant that has too many, and leaves others alone', () => {
    const history = new History({ ...ROOMY, maxFramesPerTenant: 2 });
    history.append(frame('oak', 1));
    for (const sequence of [2, 3, 4]) history.append(frame('maple', sequence));
    expect(history.since('maple', 1)).toBeNull();
    expect(sequences(history.since('maple', 2))).toEqual([3, 4]);
    expect(sequences(history.since('oak', 0))).toEqual([1]);
  });

  it('forgets the tenant that was quiet longest when all together take too much', () => {
    const history = new History({ ...ROOMY, maxBytes: 3 * 250 });
    history.append(frame('oak', 1, 100));
    history.append(frame('maple', 2, 100));
    history.append(frame('elm', 3, 100));
    expect(history.since('oak', 0)).toBeNull();
    expect(sequences(history.since('maple', 0))).toEqual([2]);
    expect(history.bytes).toBeLessThanOrEqual(3 * 250);
  });

  it('covers nothing older after the stream started over', () => {
    const history = new History(ROOMY);
    history.append(frame('maple', 5));
    history.restart(2);
    expect([history.head, history.bytes]).toEqual([2, 0]);
    expect(history.since('maple', 1)).toBeNull();
    expect(sequences(history.since('maple', 2))).toEqual([]);
  });

  it('never leaves a frame out of what it says it covers, whatever it had to forget', () => {
    const appends = fc.array(
      fc.record({ tenant: fc.constantFrom('a', 'b', 'c'), bytes: fc.integer({ min: 1, max: 40 }) }),
      {
        maxLength: 60,
      },
    );
    const limits = fc.record({
      maxFramesPerTenant: fc.integer({ min: 0, max: 8 }),
      maxBytesPerTenant: fc.integer({ min: 0, max: 400 }),
      maxBytes: fc.integer({ min: 0, max: 600 }),
    });
    fc.assert(
      fc.property(appends, limits, fc.nat({ max: 60 }), (entries, bounds, after) => {
        const history = new History(bounds);
        entries.forEach(({ tenant, bytes }, at) => history.append(frame(tenant, at + 1, bytes)));
        for (const tenant of ['a', 'b', 'c']) {
          const covered = history.since(tenant, after);
          const all = entries.flatMap((entry, at) => (entry.tenant === tenant && at + 1 > after ? [at + 1] : []));
          if (covered !== null) expect(sequences(covered)).toEqual(all);
        }
        expect(history.bytes).toBeLessThanOrEqual(bounds.maxBytes);
      }),
    );
  });
});

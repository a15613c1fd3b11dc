import { describe, expect, it } from '@jest/globals';
import { incarnationOf } from './watch-stream.ts';

const state = { firstSequence: 1, lastSequence: 10, created: '2026-01-01T00:00:00.000000001Z' };
const name = incarnationOf(state, null);

describe('incarnationOf', () => {
  it('is the same for everyone who sees a stream that was only added to', () => {
    expect(incarnationOf({ ...state, lastSequence: 11 }, { state, incarnation: name })).toBe(name);
    expect(incarnationOf({ ...state, lastSequence: 99 }, null)).toBe(name);
  });

  it('is another one for a stream made anew, or put back to an earlier state', () => {
    const anew = { ...state, created: '2026-01-02T00:00:00Z' };
    const putBack = { ...state, lastSequence: 9 };
    const names = [anew, putBack].map((found) => incarnationOf(found, { state, incarnation: name }));
    expect(new Set([name, ...names]).size).toBe(3);
    expect(incarnationOf({ ...putBack, lastSequence: 12 }, { state: putBack, incarnation: 'kept' })).toBe('kept');
  });
});

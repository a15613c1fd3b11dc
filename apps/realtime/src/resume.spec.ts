import { describe, expect, it } from '@jest/globals';
import { resetReason } from './resume.ts';

describe('resetReason', () => {
  it.each([
    [{ after: 0, firstSequence: 1, lastSequence: 9 }, null],
    [{ after: 4, firstSequence: 5, lastSequence: 9 }, null],
    [{ after: 9, firstSequence: 5, lastSequence: 9 }, null],
    [{ after: 3, firstSequence: 5, lastSequence: 9 }, 'tooOld'],
    [{ after: 0, firstSequence: 5, lastSequence: 9 }, 'tooOld'],
    [{ after: 10, firstSequence: 5, lastSequence: 9 }, 'unknownSequence'],
    // An empty stream that never had a message, and one whose messages all aged out.
    [{ after: 0, firstSequence: 0, lastSequence: 0 }, null],
    [{ after: 1, firstSequence: 0, lastSequence: 0 }, 'unknownSequence'],
    [{ after: 9, firstSequence: 10, lastSequence: 9 }, null],
    [{ after: 8, firstSequence: 10, lastSequence: 9 }, 'tooOld'],
  ])('%j is %s', ({ after, ...bounds }, expected) => {
    expect(resetReason(after, bounds)).toBe(expected);
  });
});

import { describe, expect, it } from '@jest/globals';
import { type Admission, answerTo } from './admission.ts';

describe('answerTo', () => {
  it('names the event that was accepted', () => {
    expect(answerTo({ kind: 'accepted', eventIds: ['e-1'] })).toEqual({
      status: 200,
      body: { accepted: true, eventId: 'e-1' },
    });
  });

  it.each<[Exclude<Admission, { kind: 'accepted' }>, number]>([
    [{ kind: 'refused', reason: 'missing' }, 401],
    [{ kind: 'refused', reason: 'malformed' }, 401],
    [{ kind: 'refused', reason: 'mismatch' }, 401],
    [{ kind: 'refused', reason: 'legacyOnly' }, 401],
    [{ kind: 'refused', reason: 'otherApp' }, 401],
    [{ kind: 'notNow', reason: 'overloaded' }, 429],
    [{ kind: 'notNow', reason: 'notStored' }, 429],
  ])('tells why for %j', (admission, status) => {
    expect(answerTo(admission)).toMatchObject({ status, body: { error: { code: admission.reason } } });
  });

  it.each([
    [0, 2],
    [0.5, 9],
    [0.999, 15],
  ])('spreads retries: %d gives %d s', (random, seconds) => {
    expect(answerTo({ kind: 'notNow', reason: 'overloaded' }, () => random).retryAfterSeconds).toBe(seconds);
  });
});

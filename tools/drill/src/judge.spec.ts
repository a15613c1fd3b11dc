import { describe, expect, it } from '@jest/globals';
import { isBrokenConnection, judge } from './judge.ts';

const up = () => false;
const down = () => true;
const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

describe('judge', () => {
  it.each([
    [200, up, { kind: 'acked' }],
    [202, down, { kind: 'acked' }],
    [429, up, { kind: 'askedToWait' }],
    [500, up, { kind: 'outOfContract', what: 'HTTP 500' }],
    // An answer is an answer, whatever happened to the gateway meanwhile.
    [503, down, { kind: 'outOfContract', what: 'HTTP 503' }],
    [401, up, { kind: 'outOfContract', what: 'HTTP 401' }],
    [reset, down, { kind: 'refusedWhileDown' }],
    [reset, up, { kind: 'outOfContract', what: 'ECONNRESET' }],
    [new Error('no answer in time'), up, { kind: 'outOfContract', what: 'no answer in time' }],
  ])('%s', (answer, wasDown, expected) => {
    expect(judge(answer, wasDown)).toEqual(expected);
  });
});

it('tells a connection that broke from an answer that breaks the contract, and from none in time', () => {
  const broken = [500, reset, new Error('no answer in time')].map((answer) => judge(answer, up));
  expect(broken.map((attempt) => 'what' in attempt && isBrokenConnection(attempt.what))).toEqual([false, true, false]);
});

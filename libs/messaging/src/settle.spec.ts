import { describe, expect, it } from '@jest/globals';
import type { Outcome } from './outcome.ts';
import { settle } from './settle.ts';

function recorder() {
  const calls: string[] = [];
  const message = {
    ack: () => void calls.push('ack'),
    nak: (ms?: number) => void calls.push(`nak ${ms}`),
    term: (reason?: string) => void calls.push(`term ${reason}`),
  };
  return { calls, message };
}

describe('settle', () => {
  it.each<[Outcome, string[]]>([
    [{ kind: 'done' }, ['ack']],
    [{ kind: 'drop', reason: 'duplicate' }, ['ack']],
    [{ kind: 'retry', afterMs: 1500.4 }, ['nak 1500']],
    [{ kind: 'retry', afterMs: 0 }, ['nak 1']],
    [{ kind: 'deadLetter', reason: 'no\r\nsense' }, ['stored', 'term no sense']],
  ])('%j', async (outcome, expected) => {
    const { calls, message } = recorder();
    await settle(message, outcome, () => Promise.resolve(void calls.push('stored')));
    expect(calls).toEqual(expected);
  });

  it('does not terminate what could not be stored as a dead letter', async () => {
    const { calls, message } = recorder();
    const failing = settle(message, { kind: 'deadLetter', reason: 'x' }, () => Promise.reject(new Error('disk full')));
    await expect(failing).rejects.toThrow('disk full');
    expect(calls).toEqual([]);
  });
});

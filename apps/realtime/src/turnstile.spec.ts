import { describe, expect, it } from '@jest/globals';
import { Turnstile } from './turnstile.ts';

describe('a turnstile', () => {
  it('lets only so many through at once, in order, also after one failed', async () => {
    const turnstile = new Turnstile(2);
    const started: number[] = [];
    const gates = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());
    const runs = gates.map((gate, at) =>
      turnstile.run(() => {
        started.push(at);
        return gate.promise;
      }),
    );
    await Promise.resolve();
    expect(started).toEqual([0, 1]);
    gates[1]?.reject(new Error('broken'));
    await expect(runs[1]).rejects.toThrow('broken');
    expect(started).toEqual([0, 1, 2]);
    for (const gate of gates) gate.resolve();
    await Promise.all([runs[0], runs[2], runs[3]]);
    expect(started).toEqual([0, 1, 2, 3]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { until } from './until.ts';

describe('until', () => {
  it('returns the first value that is there, 0 and "" included', async () => {
    const values: (number | null)[] = [null, null, 0];
    expect(await until(() => values.shift(), { what: 'a value' })).toBe(0);
  });

  it('names what it waited for, with the last error as the cause', async () => {
    const failing = until(() => Promise.reject(new Error('refused')), { timeoutMs: 20, what: 'the gateway' });
    await expect(failing).rejects.toMatchObject({
      message: 'waited 20 ms in vain for the gateway',
      cause: new Error('refused'),
    });
  });
});

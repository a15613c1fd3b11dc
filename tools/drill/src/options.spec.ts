import { describe, expect, it } from '@jest/globals';
import { readNumbers, UsageError } from './options.ts';

const KNOWN = {
  rate: { default: 100, min: 1, max: 1_000, about: 'webhooks per second' },
  seed: { default: 1, min: 0, max: 9, whole: true, about: 'what is drawn' },
};
const read = (...args: string[]) => readNumbers('test', args, KNOWN);

describe('readNumbers', () => {
  it('takes what is given and fills in the rest', () => {
    expect(read('--rate', '2.5')).toEqual({ rate: 2.5, seed: 1 });
  });

  it.each([
    [['--rate', '0'], '--rate must be a number from 1 to 1000'],
    [['--rate', 'many'], '--rate must be a number from 1 to 1000'],
    [['--seed', '1.5'], '--seed must be a whole number from 0 to 9'],
    [['--speed', '1'], '--speed'],
    [['5'], '5'],
  ])('refuses %j and shows how it is used', (args, message) => {
    expect(() => read(...args)).toThrow(UsageError);
    expect(() => read(...args)).toThrow(message);
    expect(() => read(...args)).toThrow('npm run drill -- test\n  --rate');
  });

  it('names every bad one at once', () => {
    expect(() => read('--rate', '0', '--seed', '10')).toThrow(/--rate.*\n--seed/);
  });
});

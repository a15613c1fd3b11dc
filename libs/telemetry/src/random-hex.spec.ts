import { expect, it } from '@jest/globals';
import { randomHex } from './random-hex.ts';

it('never gives the same bytes twice, however often its stock is filled anew', () => {
  const all = Array.from({ length: 2_000 }, () => randomHex(24));
  expect(new Set(all).size).toBe(2_000);
  expect(all.every((text) => /^[0-9a-f]{48}$/.test(text))).toBe(true);
});

import { expect, it } from '@jest/globals';
import { livePaceMs } from './live-pace.ts';

it.each([
  [0, 0],
  [0.5, 0],
  [0.65, 2],
  [0.8, 4],
  [1, 4],
])('a loop that is busy for %f of its time leaves %f ms between two writes', (share, ms) => {
  expect(livePaceMs(share)).toBeCloseTo(ms);
});

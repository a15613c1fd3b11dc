import { expect, it } from '@jest/globals';
import { LoopLoad } from './loop-load.ts';

function loadOf() {
  const at = { nowMs: 0, active: 0, idle: 0 };
  const load = new LoopLoad(
    () => at.nowMs,
    () => ({ active: at.active, idle: at.idle, utilization: 0 }),
  );
  const pass = (active: number, idle: number): void => {
    at.active += active;
    at.idle += idle;
    at.nowMs += active + idle;
  };
  return { load, pass };
}

it('knows nothing of the first moments', () => {
  const { load, pass } = loadOf();
  pass(50, 0);
  expect(load.share()).toBe(0);
});

it('tells the share of the time since it was last looked at, and keeps it for a while', () => {
  const { load, pass } = loadOf();
  pass(30, 90);
  expect(load.share()).toBe(0.25);
  pass(99, 0);
  expect(load.share()).toBe(0.25);
  pass(1, 100);
  expect(load.share()).toBe(0.5);
});

it('forgets a busy time during a long rest', () => {
  const { load, pass } = loadOf();
  pass(120, 0);
  expect(load.share()).toBe(1);
  pass(1, 9_999);
  expect(load.share()).toBeCloseTo(0);
});

it('reads the loop of this thread', () => {
  const share = new LoopLoad().share();
  expect(share).toBeGreaterThanOrEqual(0);
  expect(share).toBeLessThanOrEqual(1);
});

import { describe, expect, it } from '@jest/globals';
import { planJumps } from './clock-jump.ts';

describe('planJumps', () => {
  it('moves the clock at each jump, both ways, and the same for the same seed', () => {
    const plan = planJumps(1, 200);
    const steps = plan.map((offsetMs, at) => offsetMs - (plan[at - 1] ?? 0));
    expect(steps).not.toContain(0);
    expect(steps.some((step) => step < 0) && steps.some((step) => step > 0)).toBe(true);
    expect(planJumps(1, 200)).toEqual(plan);
    expect(planJumps(2, 200)).not.toEqual(plan);
  });
});

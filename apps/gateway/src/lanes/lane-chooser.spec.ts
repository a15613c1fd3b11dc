import { describe, expect, it } from '@jest/globals';
import { LaneChooser } from './lane-chooser.ts';

const S = 1_000_000;
const limitOf = () => ({ ratePerS: 10, burst: 5 });

function lanes(chooser: LaneChooser, tenantId: string, count: number, nowUs: number): string {
  return Array.from({ length: count }, () => chooser.laneOf(tenantId, nowUs)[0]).join('');
}

describe('a tenant', () => {
  it('stays in the live lane within its burst, is slowed beyond it, and comes back with time', () => {
    const chooser = new LaneChooser({ limitOf });
    expect(lanes(chooser, 'maple', 7, 0)).toBe('lllllss');
    expect(lanes(chooser, 'maple', 3, 0.2 * S)).toBe('lls');
    expect(lanes(chooser, 'maple', 7, 60 * S)).toBe('lllllss');
  });

  it('does not move another', () => {
    const chooser = new LaneChooser({ limitOf });
    lanes(chooser, 'maple', 1_000, 0);
    expect(lanes(chooser, 'birch', 5, 0)).toBe('lllll');
  });

  it('has the limit that is given for it', () => {
    const chooser = new LaneChooser({ limitOf: (tenantId) => ({ ratePerS: 1, burst: tenantId === 'maple' ? 3 : 1 }) });
    expect([lanes(chooser, 'maple', 4, 0), lanes(chooser, 'birch', 2, 0)]).toEqual(['llls', 'ls']);
  });

  it('pays for what other gateways let in', () => {
    const chooser = new LaneChooser({ limitOf });
    lanes(chooser, 'maple', 1, 0);
    chooser.charge('maple', 3, 0);
    chooser.charge('birch', 4, 0);
    expect([lanes(chooser, 'maple', 2, 0), lanes(chooser, 'birch', 2, 0)]).toEqual(['ls', 'ls']);
  });
});

describe('the memory', () => {
  it('counts what was let into the live lane, each once', () => {
    const chooser = new LaneChooser({ limitOf });
    lanes(chooser, 'maple', 9, 0);
    lanes(chooser, 'birch', 2, 0);
    expect([...chooser.takeCounts()]).toEqual([
      ['maple', 5],
      ['birch', 2],
    ]);
    expect(chooser.takeCounts().size).toBe(0);
  });

  it('forgets who has been idle, and neither debts nor counts that are still to be told', () => {
    const chooser = new LaneChooser({ limitOf });
    lanes(chooser, 'maple', 1, 0);
    lanes(chooser, 'birch', 5, 0);
    chooser.forgetIdle(0.2 * S);
    expect(chooser.size).toBe(2);
    chooser.takeCounts();
    chooser.forgetIdle(0.2 * S);
    expect(chooser.size).toBe(1);
    expect(lanes(chooser, 'birch', 3, 0.2 * S)).toBe('lls');
  });

  it('has a bound, beyond which tenants share one limit', () => {
    const chooser = new LaneChooser({ limitOf, maxTenants: 100 });
    const lane = Array.from({ length: 1_000 }, (_, at) => chooser.laneOf(`tenant-${at}`, 0));
    expect(lane.filter((one) => one === 'live')).toHaveLength(105);
    expect(chooser.size).toBe(101);
    chooser.charge('tenant-999', 5, 0);
    chooser.takeCounts();
    chooser.forgetIdle(60 * S);
    expect([chooser.size, chooser.laneOf('tenant-999', 60 * S)]).toEqual([0, 'live']);
  });
});

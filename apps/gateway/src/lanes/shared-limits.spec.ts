import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LaneChooser } from './lane-chooser.ts';
import { SharedLimits, type SharedTotals } from './shared-limits.ts';

const WINDOW_US = 250_000;
const LIMIT = { ratePerS: 100, burst: 50 };

class MemoryTotals implements SharedTotals {
  readonly totals = new Map<string, number>();
  away = false;

  add(counts: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>> {
    if (this.away) return Promise.reject(new Error('away'));
    for (const [tenantId, count] of counts) this.totals.set(tenantId, (this.totals.get(tenantId) ?? 0) + count);
    return Promise.resolve(new Map([...counts.keys()].map((tenantId) => [tenantId, this.totals.get(tenantId) ?? 0])));
  }
}

function gatewayOn(totals: SharedTotals) {
  const chooser = new LaneChooser({ limitOf: () => LIMIT });
  return { chooser, shared: new SharedLimits(chooser, totals) };
}

/** How many of `ratePerS` arrivals a gateway lets into the live lane during one window. */
function window(chooser: LaneChooser, ratePerS: number, fromUs: number): number {
  const arrivals = Math.round((ratePerS * WINDOW_US) / 1e6);
  let live = 0;
  for (let at = 0; at < arrivals; at += 1) {
    if (chooser.laneOf('maple', fromUs + (at * WINDOW_US) / arrivals) === 'live') live += 1;
  }
  return live;
}

describe('gateways that share a limit', () => {
  it('let in together what one alone would, however the load is spread over them', async () => {
    const rates = fc.array(fc.integer({ min: 40, max: 1_000 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(rates, async (ratesPerS) => {
        const totals = new MemoryTotals();
        const gateways = ratesPerS.map((ratePerS) => ({ ...gatewayOn(totals), ratePerS }));
        const seconds = 60;
        let live = 0;
        for (let nowUs = 0; nowUs < seconds * 1e6; nowUs += WINDOW_US) {
          for (const { chooser, ratePerS } of gateways) live += window(chooser, ratePerS, nowUs);
          for (const { shared, chooser } of gateways) {
            await shared.reconcile(nowUs + WINDOW_US);
            chooser.forgetIdle(nowUs + WINDOW_US);
          }
        }
        const offered = ratesPerS.reduce((sum, ratePerS) => sum + ratePerS, 0);
        // What each may let in before it hears of the others: in its first window, and in the last.
        const unheard = 2 * gateways.length * (LIMIT.burst + (LIMIT.ratePerS * WINDOW_US) / 1e6);
        expect(live).toBeLessThanOrEqual(LIMIT.ratePerS * seconds + LIMIT.burst + unheard);
        expect(live).toBeGreaterThanOrEqual(Math.min(offered, LIMIT.ratePerS) * seconds * 0.9);
      }),
      { numRuns: 30 },
    );
  });

  it('go each by itself without the totals, and share again once these are back', async () => {
    const totals = new MemoryTotals();
    const [one, other] = [gatewayOn(totals), gatewayOn(totals)];
    totals.away = true;
    window(one.chooser, 400, 0);
    await expect(one.shared.reconcile(WINDOW_US)).rejects.toThrow('away');
    expect(window(other.chooser, 100, 0)).toBe(25);
    totals.away = false;
    for (const { shared } of [one, other]) await shared.reconcile(WINDOW_US);
    window(one.chooser, 400, WINDOW_US);
    for (const { shared } of [one, other]) await shared.reconcile(2 * WINDOW_US);
    expect(window(other.chooser, 1_000, 2 * WINDOW_US)).toBeLessThan(LIMIT.burst);
  });

  it('charge nothing for totals that were lost and began anew', async () => {
    const totals = new MemoryTotals();
    const { chooser, shared } = gatewayOn(totals);
    totals.totals.set('maple', 1_000_000);
    window(chooser, 40, 0);
    await shared.reconcile(WINDOW_US);
    totals.totals.clear();
    window(chooser, 40, WINDOW_US);
    await shared.reconcile(2 * WINDOW_US);
    expect(window(chooser, 160, 2 * WINDOW_US)).toBe(40);
  });
});

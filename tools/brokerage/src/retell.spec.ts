import { describe, expect, it } from '@jest/globals';
import { NO_FAULTS } from './deliveries.ts';
import { DAY_MS } from './rates.ts';
import { type Arrival, futureOf, retell } from './retell.ts';
import { simulate } from './simulate.ts';
import type { SimulatedWebhook } from './world.ts';

const START_MS = Date.UTC(2025, 0, 1);
const END_MS = START_MS + 100 * DAY_MS;

const arrivals: Arrival[] = [];
const world = { seed: 5, tenants: 3, startMs: START_MS, endMs: END_MS, leadsPerDay: 2, faults: NO_FAULTS };
const byLead = Map.groupBy(
  simulate({ ...world, arrived: (arrival) => arrivals.push(arrival) }),
  ({ leadId }) => leadId,
);

/** Without what a world draws for its webhooks, which belongs to no lead. */
function told(webhooks: readonly SimulatedWebhook[]): unknown[] {
  return webhooks
    .filter(({ leadId }) => leadId !== null)
    .map(({ atMs, type, payload }) => ({ atMs, type, payload: { ...payload, webhookId: null } }));
}

/** Whether a person of ours answers within 30 days after a moment at which none has. */
function answered(webhooks: readonly SimulatedWebhook[]): boolean {
  return webhooks.some(({ type, payload }) => type === 'OutboundMessage' && payload['userId'] !== undefined);
}

describe('a life told again', () => {
  it('is the life that it was', () => {
    expect(arrivals.length).toBeGreaterThan(150);
    for (const arrival of arrivals.slice(0, 100)) {
      expect(told(retell(arrival, END_MS))).toEqual(told(byLead.get(arrival.leadId) ?? []));
    }
  });

  it('has one future per seed, which begins after the moment', () => {
    for (const arrival of arrivals.slice(0, 30)) {
      const fromMs = arrival.atMs + 3 * DAY_MS;
      const future = { fromMs, untilMs: fromMs + 60 * DAY_MS, seed: 'a' };
      const webhooks = futureOf(arrival, future);
      expect(told(futureOf(arrival, future))).toEqual(told(webhooks));
      for (const { atMs } of webhooks) expect(atMs).toBeGreaterThan(fromMs);
    }
  });

  it('foretells as often as it comes true', () => {
    // Of those whom nobody has answered after two hours, the share that is answered in the 30 days from then on.
    const horizonMs = 30 * DAY_MS;
    const waiting = arrivals.filter(({ leadId, atMs }) => {
      const early = (byLead.get(leadId) ?? []).filter((webhook) => webhook.atMs <= atMs + 2 * 3_600_000);
      return atMs + 2 * 3_600_000 + horizonMs < END_MS && !answered(early);
    });
    const came = waiting.filter(({ leadId, atMs }) =>
      answered((byLead.get(leadId) ?? []).filter((webhook) => webhook.atMs <= atMs + 2 * 3_600_000 + horizonMs)),
    );
    const odds = waiting.map((arrival) => {
      const fromMs = arrival.atMs + 2 * 3_600_000;
      const futures = Array.from({ length: 12 }, (_, index) =>
        futureOf(arrival, { fromMs, untilMs: fromMs + horizonMs, seed: `future ${index}` }),
      );
      return futures.filter(answered).length / futures.length;
    });
    const foretold = odds.reduce((sum, one) => sum + one, 0);
    // Four standard deviations of a sum of independent outcomes with these odds; the seed is fixed.
    const spread = Math.sqrt(odds.reduce((sum, one) => sum + one * (1 - one), 0));
    expect(waiting.length).toBeGreaterThan(80);
    expect(Math.abs(foretold - came.length)).toBeLessThan(4 * spread);
    // Some will be answered for certain, and nobody knows of all: plans are not read ahead.
    expect(odds.filter((one) => one > 0 && one < 1).length).toBeGreaterThan(0.8 * odds.length);
  });
});

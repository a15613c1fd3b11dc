import { describe, expect, it } from '@jest/globals';
import { type Due, type FeedPlan, planFeed, worldOf } from './plan.ts';

const NOW_MS = Date.UTC(2026, 3, 1, 12);
const OPTIONS = { seed: 1, tenants: 2, leads: 60, historyDays: 45, rate: 5, compress: null };

function first(plan: FeedPlan, count: number): Due[] {
  const taken: Due[] = [];
  for (const due of plan.deliveries) {
    taken.push(due);
    if (taken.length >= count) break;
  }
  return taken;
}

const RESTART_MS = NOW_MS + 86_400_000;

describe('planFeed', () => {
  const plan = planFeed(OPTIONS, NOW_MS, () => {});
  const dues = first(plan, plan.history + 6000);
  const live = dues.slice(plan.history);

  it('installs every brokerage before anything else', () => {
    expect(dues.slice(0, 3).map(({ event }) => event.type)).toEqual(['AppInstall', 'AppInstall', 'UserCreate']);
  });

  it('knows where the history ends', () => {
    expect(dues[plan.history - 1]?.deliveredAtMs).toBeLessThanOrEqual(NOW_MS);
    expect(live[0]?.deliveredAtMs).toBeGreaterThan(NOW_MS);
  });

  it('goes on live, in order, at about the rate asked for', () => {
    const times = live.map(({ dueAtMs }) => dueAtMs);
    expect(times).toEqual([...times].toSorted((a, b) => a - b));
    const perSecond = live.length / (((times.at(-1) ?? 0) - NOW_MS) / 1000);
    expect(perSecond).toBeGreaterThan(3.5);
    expect(perSecond).toBeLessThan(6.5);
  });

  it('writes live times by the wall clock, though leads live faster', () => {
    for (const { event, dueAtMs } of live) {
      const sentAtMs = Date.parse(String(event.payload['timestamp']));
      expect(sentAtMs).toBeLessThanOrEqual(dueAtMs);
    }
  });

  it('lets few of them tell of leads, so that leads do not all get hot', () => {
    const share = live.filter(({ event }) => event.leadId !== null).length / live.length;
    expect(share).toBeGreaterThan(0.07);
    expect(share).toBeLessThan(0.2);
  });

  it('takes a factor instead of a rate', () => {
    expect(planFeed({ ...OPTIONS, compress: 60 }, NOW_MS, () => {}).factor).toBe(60);
  });

  it('can begin without a past', () => {
    const fresh = planFeed({ ...OPTIONS, historyDays: 0 }, NOW_MS, () => {});
    expect(fresh.history).toBe(2);
    expect(first(fresh, 50)).toHaveLength(50);
  });

  it.each(['history', 'live'] as const)('goes on after a stop in the middle of %s as if no time had passed', (part) => {
    const settled = part === 'history' ? 500 : plan.history + 300;
    const reachedMs = dues[settled]?.deliveredAtMs ?? 0;
    const { epochMs, stretches } = plan;
    const checkpoint = { world: worldOf(OPTIONS), epochMs, stretches, settled, reachedMs };
    const resumed = planFeed(OPTIONS, RESTART_MS, () => {}, checkpoint);
    const [maple, harbor, ...rest] = first(resumed, plan.history + 600);
    expect([maple, harbor].map((due) => due?.event)).toEqual(dues.slice(0, 2).map((due) => due.event));
    expect(rest[0]?.number).toBe(settled + 1);
    for (const { number, event } of rest) {
      const before = dues[number - 1]?.event;
      expect(event.webhookId).toBe(before?.webhookId);
      const [sent, sentBefore] = [event, before].map((one) => one?.payload['timestamp']);
      if (event.atMs <= Math.max(epochMs, reachedMs)) expect(sent).toBe(sentBefore);
      else expect(Date.parse(String(sent))).toBeGreaterThanOrEqual(RESTART_MS);
    }
  });
});

import { describe, expect, it } from '@jest/globals';
import { NO_FAULTS } from './deliveries.ts';
import { DAY_MS, HOUR_MS } from './rates.ts';
import { simulate } from './simulate.ts';
import type { Milestone, Outcome, Truth } from './truth.ts';

type Story = Extract<Truth, { kind: 'lead' }> & { reached: Map<Milestone, number>; outcome: Outcome | null };

/** Leads of a year, followed for eighteen months more: from enquiry to closing it takes that long. */
function market(): { readonly all: readonly Story[]; readonly perLead: number } {
  const leads = new Map<string, Story>();
  const days = 365 + 540;
  const record = (truth: Truth): void => {
    if (truth.kind === 'lead') leads.set(truth.leadId, { ...truth, reached: new Map(), outcome: null });
    if (truth.kind === 'milestone') leads.get(truth.leadId)?.reached.set(truth.milestone, truth.atMs);
    if (truth.kind !== 'outcome') return;
    const story = leads.get(truth.leadId);
    if (story) story.outcome = truth.outcome;
  };
  const world = { seed: 11, tenants: 12, startMs: 0, endMs: days * DAY_MS, leadsPerDay: 16, faults: NO_FAULTS, record };
  let webhooks = 0;
  for (const _ of simulate(world)) webhooks += 1;
  const all = [...leads.values()].filter(({ atMs }) => atMs < 365 * DAY_MS);
  return { all, perLead: webhooks / leads.size };
}

const { all, perLead } = market();
const online = all.filter((story) => story.online);
const referred = all.filter(({ source }) => source === 'Referral');

const share = (group: readonly Story[], has: (story: Story) => boolean): number =>
  group.filter(has).length / group.length;
const reached =
  (milestone: Milestone) =>
  (story: Story): boolean =>
    story.reached.has(milestone);
const won = ({ outcome }: Story): boolean => outcome === 'won';

describe('the simulated market', () => {
  it.each<[string, () => number, number, number]>([
    ['online enquiries that no person answers (study: 48 %)', () => 1 - share(online, reached('answered')), 0.4, 0.56],
    ['mean hours to the first answer (study: 15)', () => meanAnswerHours(), 10, 22],
    ['online leads that reach an appointment (about 5 %)', () => share(online, reached('appointment')), 0.035, 0.07],
    ['online leads that close (0.5 to 3 %)', () => share(online, won), 0.005, 0.03],
    ['referrals that close (10 to 30 %)', () => share(referred, won), 0.1, 0.3],
    ['leads who opt out', () => share(all, ({ outcome }) => outcome === 'opted out'), 0.002, 0.03],
    ['webhooks per lead (planning: 40)', () => perLead, 25, 55],
  ])('has the rate of the field: %s', (_, rate, low, high) => {
    expect(rate()).toBeGreaterThan(low);
    expect(rate()).toBeLessThan(high);
  });

  it('rewards a quick answer', () => {
    const answered = online.filter(reached('answered'));
    const hours = (story: Story): number => ((story.reached.get('answered') ?? 0) - story.atMs) / HOUR_MS;
    const quick = share(
      answered.filter((story) => hours(story) < 1),
      reached('met'),
    );
    const slow = share(
      answered.filter((story) => hours(story) > 24),
      reached('met'),
    );
    expect(quick).toBeGreaterThan(1.5 * slow);
  });
});

function meanAnswerHours(): number {
  const waits = online
    .map(({ reached: milestones, atMs }) => (milestones.get('answered') ?? NaN) - atMs)
    .filter((wait) => !Number.isNaN(wait));
  return waits.reduce((sum, wait) => sum + wait, 0) / waits.length / HOUR_MS;
}

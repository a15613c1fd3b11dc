import { identify, normalise } from '@hub/crm-ghl';
import { describe, expect, it } from '@jest/globals';
import { compressed } from './clock.ts';
import { NO_FAULTS } from './deliveries.ts';
import { DAY_MS } from './rates.ts';
import { simulate, type SimulationOptions } from './simulate.ts';
import type { Truth } from './truth.ts';
import type { SimulatedWebhook } from './world.ts';

const START_MS = Date.UTC(2025, 0, 1);

function run(options: Partial<SimulationOptions> = {}): { events: SimulatedWebhook[]; truths: Truth[] } {
  const truths: Truth[] = [];
  const endMs = START_MS + 60 * DAY_MS;
  const defaults = { seed: 1, tenants: 3, startMs: START_MS, endMs, leadsPerDay: 5 };
  const events = [...simulate({ ...defaults, record: (truth) => truths.push(truth), ...options })];
  return { events, truths };
}

const { events, truths } = run();

describe('simulate', () => {
  it('gives the same options the same bytes and the same truth', () => {
    expect(JSON.stringify(run())).toBe(JSON.stringify({ events, truths }));
  });

  it('gives another seed another world', () => {
    expect(run({ seed: 2 }).events.map(({ webhookId }) => webhookId)).not.toContain(events[10]?.webhookId);
  });

  it('is in order of time, and the past does not depend on how long it runs', () => {
    const times = events.map(({ atMs }) => atMs);
    expect(times).toEqual([...times].toSorted((a, b) => a - b));
    const shorter = run({ endMs: START_MS + 20 * DAY_MS }).events;
    expect(events.slice(0, shorter.length)).toEqual(shorter);
  });

  it('installs the app in every brokerage first, in the one that texts name to begin with', () => {
    expect(events.slice(0, 3).map(({ type, delivery }) => [type, delivery.deliveredAtMs])).toEqual(
      Array.from({ length: 3 }, () => ['AppInstall', [START_MS]]),
    );
    expect(events[0]?.payload).toMatchObject({ locationId: 'demoMapleRealty01', companyName: 'Maple Realty' });
  });

  it('sends payloads that the hub reads as what they are', () => {
    for (const { payload, type, tenantId, leadId, webhookId, atMs } of events) {
      const body = Buffer.from(JSON.stringify(payload));
      expect(identify(body)).toMatchObject({ eventId: webhookId, tenantId });
      const result = normalise({ eventId: webhookId, tenantId, body, receivedAtMs: atMs });
      expect(result).toMatchObject({ kind: leadId === null ? 'named' : 'lead', type, ...(leadId && { leadId }) });
    }
  });

  it('has every kind of event of a lead’s life', () => {
    const kinds = new Set(run({ endMs: START_MS + 400 * DAY_MS, leadsPerDay: 3 }).events.map(({ type }) => type));
    for (const type of KINDS) expect(kinds).toContain(type);
  });

  it('tells times by the clock it is given', () => {
    const nowMs = START_MS + 30 * DAY_MS;
    const clock = compressed([{ virtualMs: nowMs, wallMs: nowMs, factor: 1000 }]);
    const faster = run({ clock }).events;
    expect(faster.map(({ webhookId }) => webhookId)).toEqual(events.map(({ webhookId }) => webhookId));
    for (const { atMs, payload } of faster) {
      expect(payload['timestamp']).toBe(new Date(clock(atMs)).toISOString());
    }
    expect(clock(START_MS + 60 * DAY_MS) - nowMs).toBe((30 * DAY_MS) / 1000);
  });
});

describe('the truth', () => {
  it('knows exactly the leads that the payloads tell of', () => {
    const told = events.map(({ leadId }) => leadId).filter((leadId) => leadId !== null);
    const known = truths.filter((truth) => truth.kind === 'lead').map(({ leadId }) => leadId);
    expect(new Set(told)).toEqual(new Set(known));
    expect(new Set(known).size).toBe(known.length);
  });

  it('marks a milestone where a payload shows it', () => {
    const shown = new Set(events.map(({ leadId, type, atMs }) => `${leadId} ${SHOWS[type] ?? type} ${atMs}`));
    const marked = truths.filter((truth) => truth.kind === 'milestone');
    expect(marked.length).toBeGreaterThan(100);
    for (const { leadId, milestone, atMs } of marked)
      expect(shown).toContain(`${leadId} ${SHOWN_BY[milestone]} ${atMs}`);
    const outcomes = truths.filter((truth) => truth.kind === 'outcome');
    for (const { leadId, outcome, atMs } of outcomes) expect(shown).toContain(`${leadId} ${SHOWN_BY[outcome]} ${atMs}`);
  });

  it('lists exactly the faulty deliveries', () => {
    const faulty = events.filter(({ delivery }) => delivery.fault !== null);
    const listed = truths.filter((truth) => truth.kind === 'faulty delivery');
    expect(listed.map(({ webhookId, fault, deliveredAtMs }) => [webhookId, fault, deliveredAtMs])).toEqual(
      faulty.map(({ webhookId, delivery }) => [webhookId, delivery.fault, delivery.deliveredAtMs]),
    );
    expect(faulty.length / events.length).toBeGreaterThan(0.05);
    expect(run({ faults: NO_FAULTS }).truths.some(({ kind }) => kind === 'faulty delivery')).toBe(false);
  });
});

const SHOWS: Readonly<Record<string, string>> = { InboundMessage: 'message', OutboundMessage: 'message' };
const SHOWN_BY = {
  answered: 'message',
  conversation: 'message',
  appointment: 'AppointmentCreate',
  met: 'AppointmentUpdate',
  won: 'OpportunityStatusUpdate',
  lost: 'OpportunityStatusUpdate',
  abandoned: 'OpportunityStatusUpdate',
  'opted out': 'ContactDndUpdate',
  deleted: 'ContactDelete',
} as const;

const KINDS = `ContactCreate ContactUpdate ContactTagUpdate ContactDndUpdate ContactDelete
OpportunityCreate OpportunityUpdate OpportunityStageUpdate OpportunityStatusUpdate OpportunityAssignedToUpdate
OpportunityMonetaryValueUpdate InboundMessage OutboundMessage ConversationUnreadWebhook AppointmentCreate
AppointmentUpdate NoteCreate TaskCreate TaskComplete CampaignStatusUpdate LCEmailStats InvoiceSent InvoicePaid
UserCreate`.split(/\s+/);

import { simulate } from '@hub/brokerage';
import type { LeadEvent } from '@hub/contracts';
import { normalise } from '@hub/crm-ghl';

/** A lead of a simulated brokerage: what happened, and what the CRM says of the person, which no score may know. */
export interface SimulatedLead {
  readonly events: readonly LeadEvent[];
  readonly firstName: string;
  readonly lastName: string;
  readonly areaCode: string;
}

const START_MS = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;

/** Leads of one brokerage over `days`, as the hub reads them from webhooks; the same for the same seed. */
export function simulatedLeads(seed: number, days: number, leadsPerDay: number): readonly SimulatedLead[] {
  const events = new Map<string, LeadEvent[]>();
  const people = new Map<string, Omit<SimulatedLead, 'events'>>();
  const endMs = START_MS + days * DAY_MS;
  for (const webhook of simulate({ seed, tenants: 1, startMs: START_MS, endMs, leadsPerDay })) {
    const { leadId, payload, tenantId, webhookId, atMs } = webhook;
    if (leadId === null) continue;
    if (webhook.type === 'ContactCreate') people.set(leadId, personOf(payload));
    const body = Buffer.from(JSON.stringify(payload));
    const read = normalise({ eventId: webhookId, tenantId, body, receivedAtMs: atMs });
    if (read.kind !== 'lead') continue;
    const known = events.get(leadId);
    if (known === undefined) events.set(leadId, [...read.events]);
    else known.push(...read.events);
  }
  return [...people].map(([leadId, person]) => ({ ...person, events: events.get(leadId) ?? [] }));
}

function personOf(payload: Readonly<Record<string, unknown>>): Omit<SimulatedLead, 'events'> {
  const text = (field: string): string => {
    const value = payload[field];
    return typeof value === 'string' ? value : '';
  };
  return { firstName: text('firstName'), lastName: text('lastName'), areaCode: text('phone').slice(2, 5) };
}

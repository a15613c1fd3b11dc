import { describe, expect, it } from '@jest/globals';
import { ADDED, LEAD, RECEIVED_AT_MS, TENANT } from './examples.ts';
import type { JsonObject } from './json-body.ts';
import { normaliseWorkflow } from './workflow.ts';

/** An invented body in the shape of a workflow's Webhook action. */
const contact: JsonObject = {
  contact_id: LEAD,
  first_name: 'Ines',
  last_name: 'Okafor',
  full_name: 'Ines Okafor',
  email: 'ines@example.com',
  tags: 'buyer,spring',
  contact_source: 'Website form',
  date_created: '2025-01-05T09:00:00.000Z',
  contact_type: 'lead',
  user: { id: 'user7', firstName: 'Sam' },
  location: { id: 'some-other-location', name: 'Maple Realty' },
  workflow: { id: 'wf-1', name: 'New lead' },
  triggerData: {},
  customData: {},
};

const read = (body: unknown, tenantId: string | null = TENANT) =>
  normaliseWorkflow({
    eventId: 'e1',
    tenantId,
    receivedAtMs: RECEIVED_AT_MS,
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  });

describe('a webhook of a workflow', () => {
  it('tells that a contact changed, and who it is; its tenant is that of its source', () => {
    expect(read(contact)).toMatchObject({
      kind: 'lead',
      tenantId: TENANT,
      type: 'WorkflowWebhook',
      leadId: LEAD,
      atMs: RECEIVED_AT_MS,
      contact: { name: 'Ines Okafor', source: 'Website form', assignedTo: 'user7' },
      events: [{ id: 'e1#0', type: 'lead.updated', atMs: RECEIVED_AT_MS, actor: 'system', channel: 'website' }],
    });
  });

  it('tells of a contact made within the last day that it is new', () => {
    const events = [{ type: 'lead.created', atMs: Date.parse(ADDED) }];
    expect(read({ ...contact, date_created: ADDED })).toMatchObject({ events });
  });

  it.each<[string, JsonObject, object[]]>([
    [
      'a deal that moved',
      { id: 'deal-1', pipeline_id: 'p1', pipleline_stage: 'Showing', lead_value: 9500, status: 'open' },
      [
        { type: 'opportunity.updated', stage: 'Showing', value: 9500, subjectId: 'deal-1' },
        { type: 'opportunity.status', stage: 'open', value: 9500, subjectId: 'deal-1' },
      ],
    ],
    [
      'a text that the lead wrote',
      { message: { type: 2, body: 'Hi' } },
      [{ type: 'message', actor: 'lead', direction: 'in', channel: 'sms' }],
    ],
    [
      'a text that went out',
      { message: { type: 2, direction: 'outbound' } },
      [{ type: 'message', actor: 'system', direction: 'out' }],
    ],
    ['a call', { message: { type: 1 } }, [{ type: 'call', direction: 'in', channel: 'call' }]],
    [
      'an appointment',
      { calendar: { appointmentId: 'a1', appoinmentStatus: 'confirmed', startTime: '2026-03-05T10:30:00' } },
      [{ type: 'appointment.booked', value: Date.parse('2026-03-05T10:30:00Z'), subjectId: 'a1' }],
    ],
    [
      'an appointment that nobody came to',
      { calendar: { appointmentId: 'a1', status: 'noshow' } },
      [{ type: 'appointment.missed', actor: 'lead' }],
    ],
    [
      'what its author named outright, and nothing that it looks like besides',
      { pipeline_id: 'p1', customData: { event: 'note', value: 3 } },
      [{ type: 'note', actor: 'system', value: 3 }],
    ],
    ['nothing more, where its author named something unheard of', { customData: { event: 'smoke' } }, []],
  ])('tells of %s', (_, more, events) => {
    const meaning = read({ ...contact, ...more });
    if (meaning.kind !== 'lead') throw new Error(meaning.kind);
    expect(meaning.events.slice(1)).toMatchObject(events);
    expect(meaning.events).toHaveLength(1 + events.length);
  });

  it('takes the contact from where its author put it', () => {
    expect(read({ customData: { contact_id: 'c9' } })).toMatchObject({ kind: 'lead', leadId: 'c9' });
    expect(read({ contactId: 'c8' })).toMatchObject({ kind: 'lead', leadId: 'c8' });
  });

  it.each([
    ['names no contact', { workflow: {} }, TENANT],
    ['comes from a source of no tenant', contact, null],
  ])('that %s is kept and changes no lead', (_, body, tenantId) => {
    expect(read(body, tenantId)).toMatchObject({ kind: 'named', tenantId, type: 'WorkflowWebhook' });
  });

  it.each([
    ['{', 'notJson'],
    ['[]', 'notAnObject'],
  ])('of %j cannot be read', (body, reason) => {
    expect(read(body)).toEqual({ kind: 'unreadable', reason });
  });
});

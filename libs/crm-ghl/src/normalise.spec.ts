import { describe, expect, it } from '@jest/globals';
import { leadEvent } from '@hub/contracts';
import {
  aboutContact,
  ADDED,
  appointment,
  bytesOf,
  contact,
  emailStats,
  install,
  invoice,
  LEAD,
  message,
  opportunity,
  order,
  RECEIVED_AT_MS,
  SENT,
  TENANT,
  UNTYPED,
} from './examples.ts';
import type { JsonObject } from './json-body.ts';
import type { Happening } from './mapped.ts';
import { normalise, type Normalised } from './normalise.ts';

const added = Date.parse(ADDED);
const sent = Date.parse(SENT);
const start = Date.parse('2026-03-05T10:30:00.000Z');
const opened = Date.parse('2026-03-02T09:00:00.000Z');
const updated = Date.parse('2026-03-02T09:30:00.000Z');

function read(payload: unknown, tenantId: string | null = TENANT): Normalised {
  return normalise({ eventId: 'e1', tenantId, body: bytesOf(payload), receivedAtMs: RECEIVED_AT_MS });
}

/** `type actor direction channel stage value subjectId`, dashes for null, and the time. */
type Row = readonly [shape: string, payload: JsonObject, ...expected: (readonly [line: string, atMs: number])[]];

const TABLE: readonly Row[] = [
  [
    'a new contact with an agent',
    contact('ContactCreate', { assignedTo: 'user7' }),
    ['lead.created system - website - - -', added],
    ['assigned system - - - - user7', added],
  ],
  [
    'a new contact not to be disturbed',
    contact('ContactCreate', { dnd: true, source: null }),
    ['lead.created system - - - - -', added],
    ['lead.dnd system - - - 1 -', added],
  ],
  ['a changed contact', contact('ContactUpdate'), ['lead.updated system - website - - -', sent]],
  ['a deleted contact', contact('ContactDelete'), ['lead.deleted system - - - - -', sent]],
  ['tags', contact('ContactTagUpdate'), ['lead.tagged system - - - 2 -', sent]],
  ['no contact at all', contact('ContactDndUpdate', { dnd: true }), ['lead.dnd system - - - 1 -', sent]],
  [
    'no contact by two channels',
    contact('ContactDndUpdate', {
      dnd: false,
      dndSettings: { SMS: { status: 'active' }, Email: { status: 'permanent' }, Call: { status: 'inactive' }, FB: 1 },
    }),
    ['lead.dnd system - sms - 1 -', sent],
    ['lead.dnd system - email - 1 -', sent],
  ],
  ['contact allowed again', contact('ContactDndUpdate', { dnd: false }), ['lead.dnd system - - - 0 -', sent]],

  [
    'a new opportunity',
    opportunity('OpportunityCreate'),
    ['opportunity.created system - - stage-2 9500 opportunity1', added],
  ],
  [
    'an opportunity that is new and won',
    opportunity('OpportunityCreate', { status: 'won' }),
    ['opportunity.created system - - stage-2 9500 opportunity1', added],
    ['opportunity.status system - - won 9500 opportunity1', added],
  ],
  [
    'a changed opportunity',
    opportunity('OpportunityUpdate'),
    ['opportunity.updated system - - stage-2 9500 opportunity1', sent],
  ],
  [
    'a moved opportunity',
    opportunity('OpportunityStageUpdate'),
    ['opportunity.stage system - - stage-2 9500 opportunity1', sent],
  ],
  [
    'a lost opportunity',
    opportunity('OpportunityStatusUpdate', { status: 'lost' }),
    ['opportunity.status system - - lost 9500 opportunity1', sent],
  ],
  [
    'a value of nothing',
    opportunity('OpportunityMonetaryValueUpdate', { monetaryValue: 0 }),
    ['opportunity.value system - - - 0 opportunity1', sent],
  ],
  ['another agent', opportunity('OpportunityAssignedToUpdate'), ['assigned system - - - - user7', sent]],
  [
    'a deleted opportunity',
    opportunity('OpportunityDelete'),
    ['opportunity.deleted system - - - - opportunity1', sent],
  ],

  [
    'a text from the lead',
    message('InboundMessage', { messageType: 'SMS', direction: 'inbound', status: 'delivered' }),
    ['message lead in sms delivered - message1', added],
  ],
  [
    'a text from an agent',
    message('OutboundMessage', { messageType: 'SMS', direction: 'outbound', userId: 'user7' }),
    ['message agent out sms - - message1', added],
  ],
  [
    'a text that carries a wrong direction but a source, as only ours do',
    message('OutboundMessage', { messageType: 'SMS', direction: 'inbound', source: 'app' }),
    ['message agent out sms - - message1', added],
  ],
  [
    'a text by a workflow in the name of an agent',
    message('OutboundMessage', { messageTypeString: 'TYPE_SMS', source: 'workflow', userId: 'user7' }),
    ['message system out sms - - message1', added],
  ],
  ['a bulk email', bulkEmail('sent'), ['message system out email sent - message1', added]],
  ['an email that was opened', bulkEmail('opened'), ['email.opened lead in email - - message1', sent]],
  ['an email that was clicked', bulkEmail('clicked'), ['email.clicked lead in email - - message1', sent]],
  ['an email that did not arrive', bulkEmail('failed'), ['email.bounced system - email - - message1', sent]],
  [
    'a lead who opted out',
    message('OutboundMessage', { messageType: 'SMS', status: 'opt_out', source: 'campaign' }),
    ['lead.dnd lead in sms - 1 message1', sent],
  ],
  [
    'a call from the lead, delivered as outbound',
    message('OutboundMessage', {
      messageType: 'CALL',
      direction: 'inbound',
      callStatus: 'completed',
      callDuration: 95,
    }),
    ['call lead in call completed 95 message1', added],
  ],
  [
    'a call nobody answered',
    message('OutboundMessage', { messageType: 'CALL', status: 'no-answer', callDuration: 0, userId: 'user7' }),
    ['call agent out call no-answer 0 message1', added],
  ],
  [
    'a call that went to voicemail',
    message('InboundMessage', { messageType: 'CALL', status: 'voicemail' }),
    ['voicemail lead in voicemail voicemail - message1', added],
  ],
  [
    'a voicemail drop',
    message('OutboundMessage', { messageType: 'VoiceMail', source: 'workflow', status: 'completed' }),
    ['voicemail system out voicemail completed - message1', added],
  ],
  [
    'a chat message without a direction',
    message('InboundMessage', { messageType: 'Live Chat' }),
    ['message lead in live chat - - message1', added],
  ],

  [
    'a visit that the lead booked',
    appointment('AppointmentCreate', { dateUpdated: null }),
    [`appointment.booked lead - - confirmed ${start} visit1`, opened],
  ],
  [
    'a visit that an agent booked',
    appointment('AppointmentCreate', { source: 'calendar', dateUpdated: null }),
    [`appointment.booked agent - - confirmed ${start} visit1`, opened],
  ],
  [
    'a visit that a workflow booked',
    appointment('AppointmentCreate', { source: 'workflow', dateUpdated: null }),
    [`appointment.booked system - - confirmed ${start} visit1`, opened],
  ],
  [
    'a visit that was moved',
    appointment('AppointmentUpdate'),
    [`appointment.changed system - - confirmed ${start} visit1`, updated],
  ],
  ...(['showed', 'completed'] as const).map((status): Row => [
    `a visit that was ${status}`,
    appointment('AppointmentUpdate', { appointmentStatus: status }),
    [`appointment.kept lead - - ${status} ${start} visit1`, updated],
  ]),
  [
    'a visit that was missed, told under the name of AppointmentCreate',
    appointment('AppointmentCreate', { appointmentStatus: 'noshow' }),
    [`appointment.missed lead - - noshow ${start} visit1`, updated],
  ],
  [
    'a cancelled visit',
    appointment('AppointmentUpdate', { appointmentStatus: 'cancelled' }),
    [`appointment.cancelled system - - cancelled ${start} visit1`, updated],
  ],
  [
    'a deleted visit',
    appointment('AppointmentDelete'),
    [`appointment.cancelled system - - confirmed ${start} visit1`, sent],
  ],

  ['a note', aboutContact('NoteCreate'), ['note agent - - - - thing1', added]],
  [
    'a task',
    aboutContact('TaskCreate', { dueDate: '2026-03-05T10:30:00.000Z' }),
    [`task.created system - - - ${start} thing1`, added],
  ],
  ['a finished task', aboutContact('TaskComplete'), ['task.completed agent - - - - thing1', sent]],
  ['a deleted task', aboutContact('TaskDelete'), ['task.deleted system - - - - thing1', sent]],
  [
    'a campaign',
    aboutContact('CampaignStatusUpdate', { status: 'Paused' }),
    ['campaign system - - paused - thing1', sent],
  ],
  [
    'messages that were read',
    aboutContact('ConversationUnreadUpdate', { unreadCount: 0 }),
    ['conversation.unread system - - - 0 thing1', sent],
  ],
  [
    'an email opened, with the contact in its variables',
    emailStats({ event: 'opened', 'user-variables': { contact_id: LEAD } }),
    ['email.opened lead in email - - mail1', added],
  ],
  [
    'an email opened by a machine',
    emailStats({ event: 'opened', contactId: LEAD, 'client-info': { bot: 'apple' } }),
    ['email.opened system - email - - mail1', added],
  ],
  [
    'an email reported as unwanted',
    emailStats({ event: 'complained', contactId: LEAD }),
    ['email.unsubscribed lead in email - - mail1', added],
  ],
  ['a sent invoice', invoice('sent'), ['document.sent system - - sent 400 invoice1', added]],
  ['a paid invoice', invoice('paid'), ['document.paid lead - - paid 150 invoice1', added]],
  [
    'a part paid, with a type',
    { ...invoice('partially_paid'), type: 'InvoicePartiallyPaid' },
    ['document.paid lead - - partially_paid 150 invoice1', added],
  ],
  ['an order', order('OrderCreate'), ['order lead - - pending 120.5 order1', added]],
  ['an order that moved on', order('OrderStatusUpdate'), ['order system - - pending 120.5 order1', added]],
];

describe('normalise', () => {
  it.each(TABLE)('makes lead events of %s', (...row) => {
    const [, payload, ...expected] = row;
    const result = read(payload);
    if (result.kind !== 'lead') throw new Error(`became ${result.kind}`);
    expect(result.events.map((event) => [lineOf(event), event.atMs])).toEqual(expected);
    expect(result.events.map(({ id, leadId }) => [id, leadId])).toEqual(expected.map((_, i) => [`e1#${i}`, LEAD]));
    expect(result.events.every((event) => leadEvent.safeParse(event).success)).toBe(true);
    expect(result).toMatchObject({ tenantId: TENANT, leadId: LEAD, atMs: expected[0]?.[1] });
  });

  it.each(Object.entries(UNTYPED))('tells %s by its fields', (type, payload) => {
    expect(read(payload)).toEqual({ kind: 'named', tenantId: TENANT, type, atMs: sent });
  });

  it.each<[string, JsonObject, string]>([
    ['an event about nobody', aboutContact('TaskCreate', { contactId: null }), 'TaskCreate'],
    ['mail to an address', emailStats({ event: 'delivered' }), 'LCEmailStats'],
    ['mail news not heard of', emailStats({ event: 'stored', contactId: LEAD }), 'LCEmailStats'],
    ['a comment among colleagues', message('OutboundMessage', { messageType: 'InternalComment' }), 'OutboundMessage'],
    ['a message for later', message('OutboundMessage', { messageType: 'SMS', status: 'scheduled' }), 'OutboundMessage'],
  ])('keeps %s under its name', (_, payload, type) => {
    expect(read(payload)).toEqual({ kind: 'named', tenantId: TENANT, type, atMs: sent });
  });

  it('cannot give a lead to no tenant', () => {
    expect(read(contact('ContactCreate'), null)).toMatchObject({ kind: 'named', type: 'ContactCreate' });
  });

  it('tells which location an install is for, and that an agency is none', () => {
    expect(read(install())).toMatchObject({
      kind: 'named',
      type: 'AppInstall',
      install: { locationId: TENANT, companyId: 'agency1', name: 'Quince Homes' },
    });
    expect(read(install({ locationId: undefined }), null)).not.toHaveProperty('install');
  });

  it('keeps what tells a machine from a person: the link, the mail and what the report says of itself', () => {
    const clicked = (fields: JsonObject) => {
      const result = read(emailStats({ event: 'clicked', contactId: LEAD, ...fields }));
      return result.kind === 'lead' ? result.events[0] : undefined;
    };
    const one = clicked({ url: 'https://example.com/homes?for=ines@example.com' });
    expect(one).toMatchObject({ actor: 'lead', link: expect.stringMatching(/^[\w-]{12}$/), subjectId: 'mail1' });
    expect(JSON.stringify(one)).not.toContain('ines@example.com');
    expect(clicked({ url: 'https://example.com/other' })?.link).not.toBe(one?.link);
    expect(clicked({ message: { headers: { 'message-id': 'm@example.com' } } })?.subjectId).toBe('m@example.com');
    expect(clicked({ url: 7 })).not.toHaveProperty('link');
    expect(one).not.toHaveProperty('machine');
    expect(clicked({ method: 'HEAD' })).toMatchObject({ actor: 'system', direction: null, machine: 'headRequest' });
    expect(clicked({ 'client-info': { 'user-agent': 'Barracuda Sentinel (EE)' } })?.machine).toBe('scannerAgent');
  });

  it.each(['BrandNewEvent', 'toString', 'one_time'])('keeps the type %s, which it does not know', (type) => {
    expect(read({ type, locationId: TENANT, productType: 'X' })).toMatchObject({ kind: 'unknownType', type });
  });

  it('gives facts of a contact for display, and none without one', () => {
    expect(read(contact('ContactUpdate', { assignedTo: 'user7' }))).toMatchObject({
      contact: { name: 'Ines Okafor', source: 'Website form', assignedTo: 'user7', createdAtMs: added },
    });
    expect(read(contact('ContactUpdate', { firstName: ' ', lastName: 5 }))).toMatchObject({ contact: { name: null } });
    expect(read(order('OrderCreate'))).toMatchObject({ contact: null });
  });

  it.each([
    ['before 2000', '1970-01-01T00:00:00.000Z'],
    ['years ahead', '2036-01-01T00:00:00.000Z'],
    ['nonsense', 'soon'],
    ['a number', 5],
  ])('replaces a time that is %s by when it was received', (_, time) => {
    expect(read({ ...contact('ContactCreate', { dateAdded: time }), timestamp: time })).toMatchObject({
      atMs: RECEIVED_AT_MS,
    });
  });

  it('reads a time without zone as UTC, whatever the machine’s zone', () => {
    expect(read(contact('ContactCreate', { dateAdded: '2026-03-02T09:00:00' }))).toMatchObject({ atMs: added });
  });

  it('says why it cannot read', () => {
    const unreadable = (body: string | Buffer) =>
      normalise({ eventId: 'e1', tenantId: null, body: Buffer.from(body), receivedAtMs: RECEIVED_AT_MS });
    expect(unreadable('{')).toEqual({ kind: 'unreadable', reason: 'notJson' });
    expect(unreadable(Buffer.of(0x22, 0xff, 0x22))).toEqual({ kind: 'unreadable', reason: 'notJson' });
    expect(unreadable('[]')).toEqual({ kind: 'unreadable', reason: 'notAnObject' });
    expect(unreadable('['.repeat(500_000))).toEqual({ kind: 'unreadable', reason: 'notJson' });
  });
});

function bulkEmail(status: string): JsonObject {
  return message('OutboundMessage', { messageType: 'Email', direction: 'outbound', source: 'bulk_actions', status });
}

function lineOf({ type, actor, direction, channel, stage, value, subjectId }: Happening): string {
  return [type, actor, direction, channel, stage, value, subjectId].map((part) => part ?? '-').join(' ');
}

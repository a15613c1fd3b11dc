import { leadEvent, type ReceivedWebhook, type SourceKind } from '@hub/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { meaningOf } from './meaning.ts';

const AT = '2026-03-02T10:00:00.000Z';
const AT_MS = Date.parse(AT);
const RECEIVED_AT_MS = AT_MS + 5_000;

function webhook(source: SourceKind, body: unknown, more: Partial<ReceivedWebhook> = {}): ReceivedWebhook {
  return {
    eventId: 'src1:e-1',
    tenantId: 'maple',
    source,
    sourceId: 'src1',
    receivedAtMs: RECEIVED_AT_MS,
    headers: {},
    traceparent: '',
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    ...more,
  };
}

const message = { type: 'message', leadId: 'lead-1', at: AT, direction: 'in', channel: 'SMS' };

describe('an event of our own API', () => {
  it('becomes one lead event', () => {
    expect(meaningOf(webhook('events', message))).toEqual({
      kind: 'lead',
      tenantId: 'maple',
      type: 'message',
      atMs: AT_MS,
      leadId: 'lead-1',
      contact: null,
      events: [
        {
          id: 'src1:e-1#0',
          leadId: 'lead-1',
          atMs: AT_MS,
          type: 'message',
          actor: 'lead',
          direction: 'in',
          channel: 'sms',
          stage: null,
          value: null,
          subjectId: null,
        },
      ],
    });
  });

  it('tells who a lead is and where it came from', () => {
    const contact = { name: 'Dana Reyes', source: 'Zillow' };
    const meaning = meaningOf(webhook('events', { type: 'lead.created', leadId: 'lead-1', at: AT_MS, contact }));
    expect(meaning).toMatchObject({
      contact: { name: 'Dana Reyes', source: 'Zillow', assignedTo: null, createdAtMs: AT_MS },
      events: [{ type: 'lead.created', actor: 'system', channel: 'portal' }],
    });
  });

  it('tells links apart and machines that name themselves, and keeps neither address nor agent', () => {
    const clicked = { type: 'email.clicked', leadId: 'l', at: AT, actor: 'lead', link: 'https://example.com/?to=ann' };
    const scanned = meaningOf(webhook('events', { ...clicked, userAgent: 'Barracuda Sentinel (EE)' }));
    expect(scanned).toMatchObject({ events: [{ actor: 'system', machine: 'scannerAgent' }] });
    expect(JSON.stringify(scanned)).not.toMatch(/example|Sentinel/);
    expect(meaningOf(webhook('events', clicked))).toMatchObject({
      events: [{ actor: 'lead', link: expect.stringMatching(/^[\w-]{12}$/) }],
    });
    expect(meaningOf(webhook('events', { ...clicked, method: 'head' }))).toMatchObject({
      events: [{ machine: 'headRequest' }],
    });
  });

  it('takes whom a lead is assigned to from either place', () => {
    const assigned = { type: 'assigned', leadId: 'l', at: AT, contact: { assignedTo: 'agent-7' } };
    expect(meaningOf(webhook('events', assigned))).toMatchObject({ events: [{ subjectId: 'agent-7' }] });
  });

  it.each<[string, unknown, string]>([
    ['no lead', { ...message, leadId: undefined }, 'leadId'],
    ['an id of a lead with blanks', { ...message, leadId: 'a b' }, 'leadId'],
    ['a type nobody knows', { ...message, type: 'smoke signal' }, 'type'],
    ['no time', { ...message, at: undefined }, 'at'],
    ['a time without zone', { ...message, at: '2026-03-02T10:00:00' }, 'at'],
    ['a time in the future', { ...message, at: AT_MS + 2 * 86_400_000 }, 'at'],
    ['seconds for milliseconds', { ...message, at: AT_MS / 1_000 }, 'at'],
    ['a misspelt field', { ...message, chanel: 'sms' }, 'chanel'],
    ['a number that is text', { ...message, value: '5' }, 'value'],
    ['a NUL in a name', { ...message, contact: { name: 'a\0b' } }, 'contact.name'],
    ['half a letter', { ...message, stage: '\ud800' }, 'stage'],
    ['a batch that is none', [], 'batch'],
  ])('with %s is dead, and the field is named', (_, body, field) => {
    expect(meaningOf(webhook('events', body))).toEqual({
      kind: 'unusable',
      reason: 'invalidEvent',
      detail: expect.stringContaining(field),
    });
  });

  it('is quoted nowhere', () => {
    const meaning = meaningOf(webhook('events', { ...message, type: 'Dana Reyes', leadId: 'dana at home' }));
    expect(JSON.stringify(meaning)).not.toMatch(/dana/i);
  });

  it('is dead where it is not JSON', () => {
    expect(meaningOf(webhook('events', '{'))).toEqual({ kind: 'unusable', reason: 'notJson', detail: null });
  });
});

describe.each(['hmac', 'standard-webhooks'] as const)('a webhook of the kind %s', (kind) => {
  it('in our shape moves a lead, whatever else it says', () => {
    expect(meaningOf(webhook(kind, { ...message, extra: true }))).toMatchObject({ kind: 'lead', leadId: 'lead-1' });
  });

  it.each([
    [{ type: 'invoice.paid', data: {} }, 'invoice.paid'],
    [{ ...message, leadId: 7 }, 'message'],
    [{ type: ` ${'x'.repeat(200)}\0` }, 'x'.repeat(100)],
    [{ event: 'x' }, null],
  ])('in the shape of %j is kept under its type', (body, type) => {
    expect(meaningOf(webhook(kind, body))).toEqual({
      kind: 'unknownType',
      tenantId: 'maple',
      type,
      atMs: RECEIVED_AT_MS,
    });
  });

  it('is dead where it is no object', () => {
    expect(meaningOf(webhook(kind, '[1]'))).toEqual({ kind: 'unusable', reason: 'notAnObject', detail: null });
  });
});

describe('a webhook of any kind', () => {
  it('of a configured source speaks for its tenant alone', () => {
    const claims = { ...message, tenantId: 'oak', locationId: 'oak', location: { id: 'oak' }, contact_id: 'c1' };
    for (const kind of ['ghl-workflow', 'hmac', 'standard-webhooks'] as const) {
      expect(meaningOf(webhook(kind, claims))).toMatchObject({ tenantId: 'maple' });
    }
  });

  it('of a configured source installs no app', () => {
    const install = { type: 'INSTALL', installType: 'Location', locationId: 'oak' };
    expect(meaningOf(webhook('hmac', install))).toEqual({
      kind: 'unknownType',
      tenantId: 'maple',
      type: 'INSTALL',
      atMs: RECEIVED_AT_MS,
    });
  });

  it('that probes means nothing', () => {
    expect(meaningOf(webhook('probe', message))).toEqual({ kind: 'nothing' });
  });

  it('is understood or not, and never throws; what moves a lead keeps to the contract', () => {
    const kinds = fc.constantFrom<SourceKind>('ghl', 'ghl-workflow', 'standard-webhooks', 'hmac', 'events', 'probe');
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom('message', 'lead.created', AT, AT_MS, 'lead-1'));
    const field = fc.constantFrom(...Object.keys(message), 'contact', 'contact_id', 'calendar', 'customData', 'id');
    const body = fc.oneof(
      fc.dictionary(field, value).map((fields) => JSON.stringify({ ...message, ...fields })),
      fc.string(),
      fc.json(),
    );
    fc.assert(
      fc.property(kinds, body, fc.option(fc.constant('maple')), (kind, text, tenantId) => {
        const meaning = meaningOf(webhook(kind, text, { tenantId }));
        if (meaning.kind !== 'lead') return;
        for (const event of meaning.events) expect(leadEvent.safeParse(event).success).toBe(true);
        expect(meaning.tenantId).toBe(tenantId);
      }),
    );
  });
});

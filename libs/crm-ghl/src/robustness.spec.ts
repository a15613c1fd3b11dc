import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { leadEvent } from '@hub/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EVENT_TYPES } from './event-types.ts';
import * as examples from './examples.ts';
import { identify } from './identify.ts';
import { isObject, type JsonObject } from './json-body.ts';
import { normalise, type Normalised } from './normalise.ts';

const { aboutContact, appointment, contact, emailStats, install, invoice, message, opportunity, order } = examples;

const SHAPES: readonly JsonObject[] = [
  contact('ContactCreate', { dnd: true }),
  contact('ContactDndUpdate', { dndSettings: { SMS: { status: 'active' } } }),
  opportunity('OpportunityCreate'),
  message('InboundMessage', { messageType: 'CALL', callStatus: 'completed', callDuration: 3 }),
  message('OutboundMessage', { messageType: 'Email', status: 'opened' }),
  appointment('AppointmentUpdate'),
  aboutContact('TaskCreate'),
  emailStats({ event: 'opened', 'user-variables': { contactId: 'c1' }, 'client-info': {} }),
  emailStats({
    event: 'clicked',
    contactId: 'c1',
    url: 'https://example.com/',
    method: 'HEAD',
    message: { headers: { 'message-id': 'm' } },
    'client-info': { bot: '', 'client-type': 'browser', 'user-agent': 'x' },
  }),
  invoice('sent'),
  order('OrderCreate'),
  install(),
  ...Object.values(examples.UNTYPED),
];

/** What a field may turn into: gone, null, another kind, or text that a database or a date parser would choke on. */
const oddValue = fc.oneof(
  fc.constantFrom(undefined, null, '', ' ', '\0', '\ud800', 'x'.repeat(5000), -0, 1e308, -1e308, 9e15, [], {}, true),
  fc.constantFrom('0000-00-00', '2026-13-45T99:99:99Z', '+275760-09-14T00:00:00Z', '__proto__', 'constructor'),
  fc.jsonValue(),
);

const mutated = fc
  .constantFrom(...SHAPES)
  .chain((shape) =>
    fc
      .dictionary(fc.constantFrom(...pathsOf(shape)), oddValue, { maxKeys: 4, noNullPrototype: true })
      .map((odd) => changed(shape, odd)),
  );

function read(body: Uint8Array): Normalised {
  const { eventId, tenantId } = identify(body);
  return normalise({ eventId, tenantId, body, receivedAtMs: examples.RECEIVED_AT_MS });
}

function expectSound(result: Normalised): void {
  if (result.kind === 'unreadable') return;
  if (result.kind !== 'lead') {
    expect(Number.isSafeInteger(result.atMs)).toBe(true);
    return;
  }
  expect(result.events.length).toBeGreaterThan(0);
  for (const event of result.events) {
    expect(leadEvent.safeParse(event).error).toBeUndefined();
    expect(event.leadId).toBe(result.leadId);
  }
  expect(storable(JSON.stringify([result.events, result.contact]))).toBe(true);
}

/** Postgres refuses NUL and lone surrogates in jsonb, which JSON writes as these escapes. */
function storable(json: string): boolean {
  return !/\\u0000|\\ud[89a-f]/.test(json);
}

describe('normalise', () => {
  it('gives an answer for any bytes', () => {
    fc.assert(fc.property(fc.uint8Array(), (body) => expectSound(read(body))));
  });

  it('gives an answer for any JSON under any type', () => {
    const type = fc.constantFrom(...EVENT_TYPES.map(({ wire }) => wire));
    fc.assert(
      fc.property(type, fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), (wire, fields) =>
        expectSound(read(examples.bytesOf({ locationId: 't1', ...fields, type: wire }))),
      ),
      { numRuns: 500 },
    );
  });

  it('gives an answer for real shapes in which some fields went odd', () => {
    fc.assert(
      fc.property(mutated, (payload) => expectSound(read(examples.bytesOf(payload)))),
      { numRuns: 3000 },
    );
  });

  it('does not lose an event to an odd field that it can do without', () => {
    fc.assert(
      fc.property(oddValue, (odd) => {
        const payload = message('InboundMessage', { messageType: 'SMS', dateAdded: odd, userId: odd, status: 'x' });
        expect(read(examples.bytesOf(payload))).toMatchObject({ kind: 'lead', events: [{ type: 'message' }] });
      }),
    );
  });
});

/** Paths to all fields, dotted: `appointment.contactId`. */
function pathsOf(value: JsonObject, prefix = ''): string[] {
  return Object.entries(value).flatMap(([key, inner]) => [
    `${prefix}${key}`,
    ...(isObject(inner) ? pathsOf(inner, `${prefix}${key}.`) : []),
  ]);
}

function changed(shape: JsonObject, odd: Readonly<Record<string, unknown>>): JsonObject {
  return Object.entries(odd).reduce((result, [path, value]) => withPath(result, path.split('.'), value), shape);
}

function withPath(target: JsonObject, [key = '', ...rest]: readonly string[], value: unknown): JsonObject {
  const inner = target[key];
  return { ...target, [key]: rest.length > 0 && isObject(inner) ? withPath(inner, rest, value) : value };
}

const samples = process.env['GHL_SAMPLES'];
if (samples !== undefined) {
  describe('the samples of GHL_SAMPLES', () => {
    const files = readdirSync(samples).filter((file) => file.endsWith('.json'));

    it.each(files)('%s is understood', (file) => {
      const result = read(readFileSync(join(samples, file)));
      expectSound(result);
      if (result.kind !== 'lead' && result.kind !== 'named') throw new Error(`became ${result.kind}`);
      expect(landsAt(file.replace(/\..*$/, ''))).toContain(result.type);
    });
  });
}

/** Where an example may land: under its page's name, but for the known mistakes and gaps of the published examples. */
function landsAt(page: string): readonly string[] {
  const family = /^(Product|Price|Association|Relation|Record|ObjectSchema)(?=Create|Update|Delete)/.exec(page)?.[0];
  if (family !== undefined) return [page, family];
  if (page.startsWith('Appointment')) return [page, 'AppointmentCreate'];
  if (page === 'InvoiceUpdate') return [page, 'InvoiceCreate'];
  return page === 'InboundMessage' ? [page, 'OutboundMessage'] : [page];
}

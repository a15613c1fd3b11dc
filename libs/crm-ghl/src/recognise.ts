import { type EventType, eventTypeOf } from './event-types.ts';
import type { JsonObject } from './json-body.ts';

/**
 * What a body is. `family`: GHL sent no `type` and its shape does not tell create, update and delete apart; the name
 * is then the family's alone, for example `Product`. `unknown`: a type published after this was written.
 */
export type Recognised =
  | { readonly kind: 'event'; readonly type: EventType }
  | { readonly kind: 'family'; readonly name: string }
  | { readonly kind: 'unknown' };

/**
 * Tells the event by `type`, and by its distinctive fields where GHL sends none (Invoice, Product, Price, Association,
 * Relation, Record, ObjectSchema) or puts something else there: the price type, or the channel `SMS` and `Email`.
 */
export function recognise(payload: JsonObject): Recognised {
  const { type } = payload;
  const published = typeof type === 'string' ? eventTypeOf(type) : undefined;
  if (published !== undefined) return { kind: 'event', type: published };
  if ((type === 'SMS' || type === 'Email') && has(payload, 'messageId')) return event('ProviderOutboundMessage');
  if (has(payload, 'invoiceNumber') || has(payload, 'invoiceItems')) return event(invoiceEvent(payload));
  // A type that is neither published nor a price's is an event of its own, whatever it looks like.
  if (typeof type === 'string' && type !== 'one_time' && type !== 'recurring') return { kind: 'unknown' };
  const family = SHAPES.find(([, fields]) => fields.every((field) => has(payload, field)))?.[0];
  return family === undefined ? { kind: 'unknown' } : { kind: 'family', name: family };
}

/** Most distinctive first. */
const SHAPES: readonly (readonly [family: string, fields: readonly string[]])[] = [
  ['Price', ['_id', 'product', 'currency']],
  ['Product', ['_id', 'productType']],
  ['Relation', ['associationId', 'firstRecordId', 'secondRecordId']],
  ['Association', ['associationType', 'firstObjectKey', 'secondObjectKey']],
  ['ObjectSchema', ['primaryDisplayProperty', 'labels']],
  ['Record', ['id', 'properties', 'owners']],
];

const INVOICE_EVENTS: Readonly<Record<string, string>> = {
  sent: 'InvoiceSent',
  paid: 'InvoicePaid',
  partially_paid: 'InvoicePartiallyPaid',
  void: 'InvoiceVoid',
  delete: 'InvoiceDelete',
};

/** The status tells the event, but for a draft, which is new as long as nothing changed it. */
function invoiceEvent({ status, createdAt, updatedAt }: JsonObject): string {
  const byStatus = typeof status === 'string' && Object.hasOwn(INVOICE_EVENTS, status) ? INVOICE_EVENTS[status] : null;
  return byStatus ?? (createdAt === updatedAt ? 'InvoiceCreate' : 'InvoiceUpdate');
}

function event(name: string): Recognised {
  const type = eventTypeOf(name);
  return type === undefined ? { kind: 'unknown' } : { kind: 'event', type };
}

function has(payload: JsonObject, field: string): boolean {
  return Object.hasOwn(payload, field) && payload[field] !== null;
}

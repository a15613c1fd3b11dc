import type { JsonObject } from './json-body.ts';

/** Invented payloads in each of GHL's shapes, for specs. `SENT` is the envelope's time, an hour after the things it tells. */
export const ADDED = '2026-03-02T09:00:00.000Z';
export const SENT = '2026-03-02T10:00:00.000Z';
export const RECEIVED_AT_MS = Date.parse('2026-03-02T10:00:05.000Z');
export const TENANT = 'exampleLocation00001';
export const LEAD = 'exampleContact000001';

function delivered(type: string | undefined, fields: JsonObject): JsonObject {
  return {
    ...(type !== undefined && { type }),
    locationId: TENANT,
    timestamp: SENT,
    webhookId: '00000000-0000-4000-8000-000000000001',
    appId: 'exampleApp',
    versionId: 'exampleVersion',
    ...fields,
  };
}

export const contact = (type: string, fields: JsonObject = {}): JsonObject =>
  delivered(type, {
    id: LEAD,
    firstName: 'Ines',
    lastName: 'Okafor',
    email: 'ines@example.com',
    phone: '+15555550123',
    source: 'Website form',
    dateAdded: ADDED,
    tags: ['buyer', 'spring'],
    customFields: [{ id: 'field1', value: { any: [1] } }],
    ...fields,
  });

export const opportunity = (type: string, fields: JsonObject = {}): JsonObject =>
  delivered(type, {
    id: 'opportunity1',
    contactId: LEAD,
    pipelineStageId: 'stage-2',
    status: 'open',
    monetaryValue: 9500,
    assignedTo: 'user7',
    dateAdded: ADDED,
    ...fields,
  });

export const message = (type: string, fields: JsonObject): JsonObject =>
  delivered(type, { contactId: LEAD, messageId: 'message1', conversationId: 'talk1', dateAdded: ADDED, ...fields });

export const appointment = (type: string, fields: JsonObject = {}): JsonObject =>
  delivered(type, {
    appointment: {
      id: 'visit1',
      contactId: LEAD,
      appointmentStatus: 'confirmed',
      source: 'booking_widget',
      startTime: '2026-03-05T16:00:00+05:30',
      dateAdded: '2026-03-02T14:30:00+05:30',
      dateUpdated: '2026-03-02T15:00:00+05:30',
      ...fields,
    },
  });

export const aboutContact = (type: string, fields: JsonObject = {}): JsonObject =>
  delivered(type, { id: 'thing1', contactId: LEAD, dateAdded: ADDED, ...fields });

export const emailStats = (fields: JsonObject): JsonObject =>
  delivered('LCEmailStats', {
    webhookPayload: { id: 'mail1', timestamp: Date.parse(ADDED) / 1000, recipient: 'ines@example.com', ...fields },
  });

/** As delivered: without `type` and `locationId`. */
export const invoice = (status: string, fields: JsonObject = {}): JsonObject => {
  const { locationId: altId, ...envelope } = delivered(undefined, {});
  return {
    ...envelope,
    _id: 'invoice1',
    altId,
    altType: 'location',
    status,
    invoiceNumber: '7',
    contactDetails: { id: LEAD },
    total: 400,
    amountPaid: 150,
    createdAt: '2026-03-01T08:00:00.000Z',
    updatedAt: ADDED,
    ...fields,
  };
};

export const order = (type: string): JsonObject =>
  delivered(type, {
    _id: 'order1',
    altId: TENANT,
    altType: 'location',
    contactId: LEAD,
    status: 'pending',
    amount: 120.5,
    createdAt: ADDED,
    updatedAt: ADDED,
  });

export const install = (fields: JsonObject = {}): JsonObject =>
  delivered('INSTALL', { companyId: 'agency1', companyName: 'Quince Homes', installType: 'Location', ...fields });

/** Shapes that GHL's examples show without `type`, or with another meaning of it. */
export const UNTYPED: Readonly<Record<string, JsonObject>> = {
  Product: delivered(undefined, { _id: 'p1', name: 'Staging', productType: 'SERVICE', variants: [] }),
  Price: delivered('one_time', { _id: 'c1', product: 'p1', name: 'Flat', currency: 'USD', amount: 10 }),
  Association: delivered(undefined, { id: 'a1', associationType: 'X', firstObjectKey: 'k', secondObjectKey: 'l' }),
  Relation: delivered(undefined, { id: 'r1', associationId: 'a1', firstRecordId: 'x', secondRecordId: LEAD }),
  Record: delivered(undefined, { id: 'e1', owners: [], properties: [] }),
  ObjectSchema: delivered(undefined, { id: 's1', labels: {}, primaryDisplayProperty: 'k' }),
  ProviderOutboundMessage: delivered('SMS', { contactId: LEAD, messageId: 'm1', message: 'Hello' }),
  InvoiceCreate: invoice('draft', { createdAt: ADDED }),
  InvoiceUpdate: invoice('draft'),
  InvoiceVoid: invoice('void'),
  InvoiceDelete: invoice('delete'),
};

export const bytesOf = (payload: unknown): Buffer => Buffer.from(JSON.stringify(payload));

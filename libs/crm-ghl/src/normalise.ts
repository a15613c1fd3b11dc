import type { LeadEvent } from '@hub/contracts';
import { z } from 'zod';
import { firstCredible } from './credible-time.ts';
import type { EventName, LeadFamily } from './event-types.ts';
import { text, time } from './fields.ts';
import { parseBody } from './json-body.ts';
import type { ContactFacts, Envelope, Mapper } from './mapped.ts';
import { mapAppointment } from './mappers/appointment.ts';
import { mapCampaign } from './mappers/campaign.ts';
import { mapContact } from './mappers/contact.ts';
import { mapConversation } from './mappers/conversation.ts';
import { mapEmail } from './mappers/email.ts';
import { type Install, installOf } from './mappers/install.ts';
import { mapInvoice } from './mappers/invoice.ts';
import { mapMessage } from './mappers/message.ts';
import { mapNote } from './mappers/note.ts';
import { mapOpportunity } from './mappers/opportunity.ts';
import { mapOrder } from './mappers/order.ts';
import { mapTask } from './mappers/task.ts';
import { recognise } from './recognise.ts';

export interface Delivery {
  /** As `identify` gave them. */
  readonly eventId: string;
  readonly tenantId: string | null;
  /** The raw bytes of the request. */
  readonly body: Uint8Array;
  /** Epoch ms. */
  readonly receivedAtMs: number;
}

/**
 * - `lead`: changes one lead; at least one event, all of that lead.
 * - `named`: a published event that changes none; `install` when it installs the app in a location.
 * - `unknownType`: a JSON object that is no event published so far.
 * - `unreadable`: not a JSON object.
 */
export type Normalised =
  | {
      readonly kind: 'lead';
      readonly tenantId: string;
      readonly type: string;
      readonly atMs: number;
      readonly leadId: string;
      readonly events: LeadEvent[];
      readonly contact: ContactFacts | null;
    }
  | {
      readonly kind: 'named';
      readonly tenantId: string | null;
      readonly type: string;
      readonly atMs: number;
      readonly install?: Install;
    }
  | {
      readonly kind: 'unknownType';
      readonly tenantId: string | null;
      readonly type: string | null;
      readonly atMs: number;
    }
  | { readonly kind: 'unreadable'; readonly reason: 'notJson' | 'notAnObject' };

const MAPPERS: Readonly<Record<LeadFamily, Mapper>> = {
  contact: mapContact,
  opportunity: mapOpportunity,
  message: mapMessage,
  conversation: mapConversation,
  appointment: mapAppointment,
  note: mapNote,
  task: mapTask,
  campaign: mapCampaign,
  email: mapEmail,
  invoice: mapInvoice,
  order: mapOrder,
};

const envelopeFields = z.object({ type: text, timestamp: time });

/** Says what one webhook means. Never throws: whatever the bytes are, the answer is a value. */
export function normalise({ eventId, tenantId, body, receivedAtMs }: Delivery): Normalised {
  const parsed = parseBody(body);
  if (!parsed.ok) return { kind: 'unreadable', reason: parsed.reason };
  const { payload } = parsed;
  const { type, timestamp } = envelopeFields.parse(payload);
  const atMs = firstCredible(receivedAtMs, [timestamp]);
  const recognised = recognise(payload);
  if (recognised.kind === 'unknown') return { kind: 'unknownType', tenantId, type, atMs };
  if (recognised.kind === 'family') return { kind: 'named', tenantId, type: recognised.name, atMs };
  const { name, family, becomes } = recognised.type;
  if (name === 'AppInstall') return named(tenantId, name, atMs, installOf(payload));
  if (becomes === 'named' || tenantId === null) return named(tenantId, name, atMs, null);
  const mapped = MAPPERS[family](payload, envelopeOf(name, timestamp, receivedAtMs));
  if (mapped === null) return named(tenantId, name, atMs, null);
  const { leadId, contact = null } = mapped;
  const events = mapped.events.map((event, index) => ({ id: `${eventId}#${index}`, leadId, ...event }));
  return { kind: 'lead', tenantId, type: name, atMs: mapped.events[0].atMs, leadId, events, contact };
}

function envelopeOf(name: EventName, timestamp: number | null, receivedAtMs: number): Envelope {
  return {
    name,
    sentAtMs: firstCredible(receivedAtMs, [timestamp]),
    firstOf: (...candidates) => firstCredible(receivedAtMs, [...candidates, timestamp]),
  };
}

function named(tenantId: string | null, type: string, atMs: number, install: Install | null): Normalised {
  return { kind: 'named', tenantId, type, atMs, ...(install && { install }) };
}

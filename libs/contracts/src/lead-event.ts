import { z } from 'zod';

export const leadEventType = z.enum([
  'lead.created',
  'lead.updated',
  'lead.deleted',
  'lead.dnd',
  'lead.tagged',
  'message',
  'call',
  'voicemail',
  'email.delivered',
  'email.opened',
  'email.clicked',
  'email.bounced',
  'email.unsubscribed',
  'appointment.booked',
  'appointment.changed',
  'appointment.cancelled',
  'appointment.kept',
  'appointment.missed',
  'opportunity.created',
  'opportunity.stage',
  'opportunity.status',
  'opportunity.value',
  'opportunity.updated',
  'opportunity.deleted',
  'assigned',
  'note',
  'task.created',
  'task.completed',
  'task.deleted',
  'campaign',
  'conversation.unread',
  'document.sent',
  'document.paid',
  'order',
]);
export type LeadEventType = z.infer<typeof leadEventType>;

/** What a mail system or a browser says of itself when it opens a mail or follows a link without a person. */
export const statedMachine = z.enum(['markedBot', 'scannerAgent', 'privacyProxy', 'headRequest']);
export type StatedMachine = z.infer<typeof statedMachine>;

/**
 * One thing that happened to one lead, whatever system said so. A webhook gives none, one or several.
 * Two events of a lead are ordered by `(atMs, id)`.
 */
export const leadEvent = z.object({
  /** Event id of the webhook, `#` and the position within it: unique per tenant. */
  id: z.string().min(1),
  leadId: z.string().min(1),
  /** Epoch ms when it happened, by the CRM's clock. */
  atMs: z.number().int().nonnegative(),
  type: leadEventType,
  actor: z.enum(['lead', 'agent', 'system']),
  direction: z.enum(['in', 'out']).nullable(),
  /** sms, email, call, voicemail, chat, … lower case; null where it has no meaning. */
  channel: z.string().nullable(),
  /** Pipeline stage id, opportunity status or appointment status, as the type says. */
  stage: z.string().nullable(),
  /** Money of an opportunity, seconds of a call, unread messages: as the type says. */
  value: z.number().nullable(),
  /** The CRM's id of the thing it is about: appointment, opportunity, message, user. */
  subjectId: z.string().nullable(),
  /** Of a click: which link, as a short hash; absent where it is not said. */
  link: z.string().optional(),
  /** Of what a lead seems to do with a mail: the machine that the payload itself names. That there is none proves no person. */
  machine: statedMachine.optional(),
});
export type LeadEvent = z.infer<typeof leadEvent>;

/** Orders two events of one lead; total, so a fold has one result. */
export function byTime(a: LeadEvent, b: LeadEvent): number {
  return a.atMs - b.atMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

import type { LeadEventType } from '@hub/contracts';
import { z } from 'zod';
import { part, seconds, text, word } from '../fields.ts';
import { happening, type Mapped, type Mapper } from '../mapped.ts';

const fields = z.object({
  contactId: text,
  webhookPayload: part(
    z.object({
      event: word,
      id: text,
      timestamp: seconds,
      contactId: text,
      'user-variables': part(z.object({ contactId: text, contact_id: text })),
      'client-info': part(z.object({ bot: text })),
    }),
  ),
});

const TYPES: ReadonlyMap<string | null, LeadEventType> = new Map([
  ['delivered', 'email.delivered'],
  ['opened', 'email.opened'],
  ['clicked', 'email.clicked'],
  ['failed', 'email.bounced'],
  ['rejected', 'email.bounced'],
  ['bounced', 'email.bounced'],
  ['unsubscribed', 'email.unsubscribed'],
  ['complained', 'email.unsubscribed'],
]);

const BY_LEAD: ReadonlySet<LeadEventType> = new Set(['email.opened', 'email.clicked', 'email.unsubscribed']);

/**
 * What the mail system says of one email. The documented payload names the recipient's address and no contact, and we
 * keep no index of addresses, so it becomes a lead event only where the sender put a contact id into its variables.
 * An open or click that the mail system itself marks as a machine's is the system's, not the lead's.
 */
export const mapEmail: Mapper = (payload, { firstOf }): Mapped | null => {
  const { contactId, webhookPayload: mail } = fields.parse(payload);
  const variables = mail['user-variables'];
  const leadId = contactId ?? mail.contactId ?? variables.contactId ?? variables.contact_id;
  const type = TYPES.get(mail.event);
  if (leadId === null || type === undefined) return null;
  const actor = BY_LEAD.has(type) && mail['client-info'].bot === null ? 'lead' : 'system';
  const direction = actor === 'lead' ? 'in' : null;
  const event = happening(type, firstOf(mail.timestamp), actor, { direction, channel: 'email', subjectId: mail.id });
  return { leadId, events: [event] };
};

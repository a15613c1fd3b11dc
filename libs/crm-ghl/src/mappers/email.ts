import type { LeadEventType } from '@hub/contracts';
import { z } from 'zod';
import { part, seconds, text, word } from '../fields.ts';
import { happening, type Mapped, type Mapper } from '../mapped.ts';
import { linkOf, statedMachineOf } from '../stated-machine.ts';

const fields = z.object({
  contactId: text,
  webhookPayload: part(
    z.object({
      event: word,
      id: text,
      timestamp: seconds,
      contactId: text,
      'user-variables': part(z.object({ contactId: text, contact_id: text })),
      url: text,
      method: word,
      message: part(z.object({ headers: part(z.object({ 'message-id': text })) })),
      'client-info': part(z.object({ bot: word, 'client-type': word, 'user-agent': word })),
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
 * Reports of one email share its message id where they tell it; their own `id` may be of the report alone. An open or
 * click that the report itself says to be a machine's is the system's, not the lead's.
 */
export const mapEmail: Mapper = (payload, { firstOf }): Mapped | null => {
  const { contactId, webhookPayload: mail } = fields.parse(payload);
  const variables = mail['user-variables'];
  const leadId = contactId ?? mail.contactId ?? variables.contactId ?? variables.contact_id;
  const type = TYPES.get(mail.event);
  if (leadId === null || type === undefined) return null;
  const machine = BY_LEAD.has(type) ? machineOf(mail) : undefined;
  const actor = BY_LEAD.has(type) && machine === undefined ? 'lead' : 'system';
  const event = happening(type, firstOf(mail.timestamp), actor, {
    direction: actor === 'lead' ? 'in' : null,
    channel: 'email',
    subjectId: mail.message.headers['message-id'] ?? mail.id,
    ...(type === 'email.clicked' && mail.url !== null && { link: linkOf(mail.url) }),
    ...(machine !== undefined && { machine }),
  });
  return { leadId, events: [event] };
};

type Mail = z.infer<typeof fields>['webhookPayload'];

function machineOf({ 'client-info': client, method }: Mail) {
  return statedMachineOf({ bot: client.bot, type: client['client-type'], agent: client['user-agent'], method });
}

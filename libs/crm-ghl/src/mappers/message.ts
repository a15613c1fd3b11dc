import { z } from 'zod';
import { finite, text, time, word } from '../fields.ts';
import { type Envelope, happening, type Happening, type Mapped, type Mapper } from '../mapped.ts';

const fields = z.object({
  contactId: text,
  userId: text,
  messageId: text,
  direction: word,
  messageType: word,
  messageTypeString: word,
  status: word,
  callStatus: word,
  callDuration: finite,
  source: word,
  dateAdded: time,
});
type Message = z.infer<typeof fields>;

/** Happening time of a message is `dateAdded`; of what later befell it (opened, clicked, opted out), the envelope's. */
export const mapMessage: Mapper = (payload, envelope): Mapped | null => {
  const message = fields.parse(payload);
  const channel = channelOf(message);
  // A comment among colleagues reaches no lead, and a scheduled message has not reached one yet.
  if (message.contactId === null || channel === 'internalcomment' || message.status === 'scheduled') return null;
  return { leadId: message.contactId, events: [eventOf(message, channel, envelope)] };
};

function eventOf(message: Message, channel: string | null, envelope: Envelope): Happening {
  const { messageId: subjectId, status } = message;
  const direction = directionOf(message, envelope);
  const atMs = envelope.firstOf(message.dateAdded);
  if (status === 'opt_out') {
    return happening('lead.dnd', envelope.sentAtMs, 'lead', { direction: 'in', channel, value: 1, subjectId });
  }
  const actor = direction === 'in' ? 'lead' : senderOf(message);
  if (channel === 'voicemail' || isVoicemail(message)) {
    return happening('voicemail', atMs, actor, { direction, channel: 'voicemail', stage: status, subjectId });
  }
  if (channel === 'call') {
    const stage = message.callStatus ?? status;
    return happening('call', atMs, actor, { direction, channel, stage, value: message.callDuration, subjectId });
  }
  const fate = direction === 'out' && channel === 'email' ? EMAIL_FATES.get(status) : undefined;
  if (fate !== undefined) {
    const by = fate === 'email.bounced' ? 'system' : 'lead';
    return happening(fate, envelope.sentAtMs, by, { direction: by === 'lead' ? 'in' : null, channel, subjectId });
  }
  return happening('message', atMs, actor, { direction, channel, stage: status, subjectId });
}

const EMAIL_FATES: ReadonlyMap<string | null, 'email.opened' | 'email.clicked' | 'email.bounced'> = new Map([
  ['opened', 'email.opened'],
  ['read', 'email.opened'],
  ['clicked', 'email.clicked'],
  ['failed', 'email.bounced'],
  ['undelivered', 'email.bounced'],
]);

/** `SMS`, or in newer deliveries only `TYPE_SMS`. */
function channelOf({ messageType, messageTypeString }: Message): string | null {
  return messageType ?? messageTypeString?.replace(/^type_/, '') ?? null;
}

function isVoicemail({ status, callStatus }: Message): boolean {
  return (callStatus ?? status) === 'voicemail';
}

/**
 * `direction` decides, for inbound calls come as OutboundMessage, but not against `source`, which only a message from
 * our side has: an OutboundMessage with a source went out.
 */
function directionOf({ direction, source }: Message, { name }: Envelope): 'in' | 'out' {
  const byName = name === 'InboundMessage' ? 'in' : 'out';
  if (byName === 'out' && source !== null) return 'out';
  if (direction === 'inbound') return 'in';
  return direction === 'outbound' ? 'out' : byName;
}

const AUTOMATIONS: ReadonlySet<string | null> = new Set(['workflow', 'campaign', 'bulk_actions', 'api']);

/** A person sent it when a user is named or it was written in the app; automations may carry the user they act for. */
function senderOf({ source, userId }: Message): Happening['actor'] {
  if (AUTOMATIONS.has(source)) return 'system';
  return userId !== null || source === 'app' ? 'agent' : 'system';
}

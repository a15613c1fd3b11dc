import type { LeadEvent } from '../api/rows.ts';
import { ageWords } from './time.ts';

const CHANNELS: Readonly<Record<string, string>> = {
  sms: 'text',
  email: 'e-mail',
  whatsapp: 'WhatsApp message',
  facebook: 'Facebook message',
  instagram: 'Instagram message',
  chat: 'chat message',
  webchat: 'chat message',
};

const PLAIN: Partial<Readonly<Record<LeadEvent['type'], string>>> = {
  'lead.created': 'Lead created',
  'lead.updated': 'Lead details changed',
  'lead.deleted': 'Lead deleted',
  'lead.dnd': 'Contact preference changed',
  'lead.tagged': 'Tags changed',
  'email.delivered': 'E-mail delivered',
  'email.bounced': 'E-mail bounced',
  'email.unsubscribed': 'Unsubscribed from e-mail',
  'appointment.booked': 'Appointment booked',
  'appointment.changed': 'Appointment moved',
  'appointment.cancelled': 'Appointment cancelled',
  'appointment.kept': 'Appointment kept',
  'appointment.missed': 'Appointment missed',
  'opportunity.created': 'Deal opened',
  'opportunity.stage': 'Deal moved to another stage',
  'opportunity.updated': 'Deal changed',
  'opportunity.deleted': 'Deal deleted',
  assigned: 'Given to an agent',
  note: 'Note written',
  'task.created': 'Task added',
  'task.completed': 'Task done',
  'task.deleted': 'Task deleted',
  campaign: 'Campaign step',
  'conversation.unread': 'Conversation marked unread',
  'document.sent': 'Document sent',
  'document.paid': 'Document paid',
  order: 'Order placed',
};

/**
 * One event as a line of the timeline: "Text from the lead", "Call by an agent, 4 min".
 * @param machine Why a machine is held to have done it; null where nothing speaks for that, which proves no person.
 */
export function eventWords(
  event: Pick<LeadEvent, 'type' | 'actor' | 'channel' | 'stage' | 'value'>,
  machine: string | null = null,
): string {
  const { type, actor, channel, stage, value } = event;
  switch (type) {
    case 'email.opened':
      return `E-mail opened, ${machine ?? 'perhaps by a machine'}`;
    case 'email.clicked':
      return `Link in an e-mail followed, ${machine ?? 'perhaps by a machine'}`;
    case 'message':
      return `${capital(CHANNELS[channel ?? ''] ?? 'message')} ${actorWords(actor)}`;
    case 'call': {
      const lasted = value !== null && value > 0 ? `, ${ageWords(value * 1_000)}` : '';
      return `Call ${actorWords(actor)}${lasted}`;
    }
    case 'voicemail':
      return `Voicemail ${actorWords(actor)}`;
    case 'opportunity.status':
      return stage === null ? 'Deal status changed' : `Deal ${stage}`;
    case 'opportunity.value':
      return value === null ? 'Deal value changed' : `Deal value now ${Math.round(value).toLocaleString('en')}`;
    default:
      return PLAIN[type] ?? type;
  }
}

/** A kind of event for narrow places: `call`, `message`, `appointment kept`. */
export function touchWords(type: string): string {
  return type.replace(/^lead\./, '').replaceAll('.', ' ');
}

function actorWords(actor: LeadEvent['actor']): string {
  return { lead: 'from the lead', agent: 'by an agent', system: 'by automation' }[actor];
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

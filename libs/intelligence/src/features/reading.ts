import type { LeadEvent } from '@hub/contracts';

/**
 * What one event means to the features. Every question is answered from the event alone, so that folding and
 * computing from scratch cannot read it differently. Opens of e-mails are asked about nowhere, as machines make most of
 * them; which clicks are a person's is told in `machines.ts`.
 */
const CONTACT: ReadonlySet<string> = new Set(['message', 'call', 'voicemail']);

const ANSWERED: ReadonlySet<string> = new Set(['completed', 'answered', 'connected']);
const UNDELIVERED: ReadonlySet<string> = new Set(['failed', 'undelivered']);

/**
 * A call in which both sides spoke. `stage` is how it ended, where the CRM says so; `value` its seconds, which for a
 * call that nobody took may be those it rang. A call into a mailbox is a `voicemail`.
 */
export function isTalk({ type, stage, value }: LeadEvent): boolean {
  if (type !== 'call') return false;
  return stage === null ? (value ?? 0) > 0 : ANSWERED.has(stage) && value !== 0;
}

const MAX_TALK_SECONDS = 86_400;

/** Seconds that both sides spoke; a number that no call can have is taken for the nearest that one can. */
export function talkSecondsOf(event: LeadEvent): number {
  return isTalk(event) ? Math.min(MAX_TALK_SECONDS, Math.max(0, event.value ?? 0)) : 0;
}

/** The lead wrote, rang, left a voicemail, or answered our call. */
export function isLeadAct(event: LeadEvent): boolean {
  return isTalk(event) || (CONTACT.has(event.type) && event.direction === 'in');
}

/**
 * A person of ours wrote, rang or spoke. What a workflow or campaign sends (actor `system`) is nobody's act, and what
 * was not delivered was never there for the lead to answer.
 */
export function isAgentAct(event: LeadEvent): boolean {
  if (isTalk(event)) return true;
  if (event.actor !== 'agent' || event.direction !== 'out' || !CONTACT.has(event.type)) return false;
  return event.type === 'call' || event.stage === null || !UNDELIVERED.has(event.stage);
}

const BY_MACHINES: ReadonlySet<string> = new Set([
  'email.delivered',
  'email.opened',
  'email.clicked',
  'email.bounced',
  'conversation.unread',
  'campaign',
  'lead.tagged',
]);

/** Whether anything happened but what machines do by themselves. */
export function isNews({ type }: LeadEvent): boolean {
  return !BY_MACHINES.has(type);
}

/** The lead or a person of ours did something. */
export function isAct(event: LeadEvent): boolean {
  return isLeadAct(event) || isAgentAct(event);
}

/** Whatever shows that the lead is there: an act, an appointment kept, an appointment booked by the lead. */
export function isSign(event: LeadEvent): boolean {
  if (event.type === 'appointment.kept') return true;
  return isLeadAct(event) || (event.type === 'appointment.booked' && event.actor === 'lead');
}

/** When the lead asked for us: the record's creation, or the first act where that came earlier. */
export function isEnquiry(event: LeadEvent): boolean {
  return event.type === 'lead.created' || isLeadAct(event);
}

/** Contact between people, or an appointment that one of them booked or kept: what a person calls a touch. */
export function isTouch(event: LeadEvent): boolean {
  if (isLeadAct(event) || isAgentAct(event) || event.type === 'appointment.kept') return true;
  return event.actor !== 'system' && event.type === 'appointment.booked';
}

/** Something that people did, or the lead failed to do, and that tells about this lead; what systems do does not. */
export function isEvidence(event: LeadEvent): boolean {
  return isTouch(event) || event.type === 'appointment.missed';
}

/** How the lead came to us: 1 by referral, -1 with an imported list, 0 otherwise; null when the event does not tell. */
export function sourceOf({ type, channel }: LeadEvent): number | null {
  if (channel === null || (type !== 'lead.created' && type !== 'lead.updated')) return null;
  if (channel === 'referral') return 1;
  return channel === 'import' ? -1 : 0;
}

export type AppointmentStatus = 'open' | 'cancelled' | 'kept' | 'missed';

const APPOINTMENT: Readonly<Record<string, AppointmentStatus>> = {
  'appointment.booked': 'open',
  'appointment.changed': 'open',
  'appointment.cancelled': 'cancelled',
  'appointment.kept': 'kept',
  'appointment.missed': 'missed',
};

/** The state an appointment is in after this event; null when the event is not about one. */
export function appointmentStatusOf(event: LeadEvent): AppointmentStatus | null {
  return APPOINTMENT[event.type] ?? null;
}

/** Which thing the event is about; an event that names none is about a thing of its own. */
export function subjectOf(event: LeadEvent): string {
  return event.subjectId ?? event.id;
}

export type OpportunityStatus = 'open' | 'won' | 'lost' | 'abandoned';

const OPPORTUNITY: ReadonlySet<string> = new Set(['open', 'won', 'lost', 'abandoned']);

/**
 * The status an opportunity is in after this event: `none` when it was deleted, null when the event does not tell.
 */
export function opportunityStatusOf(event: LeadEvent): OpportunityStatus | 'none' | null {
  if (!event.type.startsWith('opportunity.')) return null;
  if (event.type === 'opportunity.deleted') return 'none';
  if (event.stage !== null && OPPORTUNITY.has(event.stage)) return event.stage as OpportunityStatus;
  return event.type === 'opportunity.created' ? 'open' : null;
}

/** The pipeline stage this event puts the lead in; null when it does not tell. Stage ids have no order we know. */
export function stageOf(event: LeadEvent): string | null {
  if (!event.type.startsWith('opportunity.') || event.type === 'opportunity.deleted') return null;
  return event.stage === null || OPPORTUNITY.has(event.stage) ? null : event.stage;
}

/** Money of the opportunity after this event; null when it does not tell. */
export function opportunityValueOf(event: LeadEvent): number | null {
  return event.type.startsWith('opportunity.') && event.type !== 'opportunity.deleted' ? event.value : null;
}

/** A proposal or another document went out to the lead. */
export function isDocumentSent({ type }: LeadEvent): boolean {
  return type === 'document.sent';
}

/** Whether this event opts the lead out (true) or in again (false); null when it does neither. */
export function optOutOf(event: LeadEvent): boolean | null {
  if (event.type === 'email.unsubscribed') return true;
  return event.type === 'lead.dnd' ? event.value !== 0 : null;
}

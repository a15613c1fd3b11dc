import type { LeadEvent, StatedMachine } from '@hub/contracts';

/** Why an open or a click is held to be a machine's. */
export type MachineReason = StatedMachine | 'threeLinks' | 'atDelivery';

/** So many different links within so short a time are followed by no person. */
export const BURST_LINKS = 3;
export const BURST_MS = 2_000;
/** Privacy proxies and scanners open and click within seconds of delivery; a person needs longer. */
export const AT_DELIVERY_MS = 10_000;

/** What is remembered to tell machines: the latest mails that went out, and the latest clicks. */
export const MAX_MAILS = 8;
export const MAX_CLICKS = 12;

export interface Click {
  readonly atMs: number;
  readonly link: string | null;
  /** Null as long as nothing speaks for a machine. */
  readonly machine: MachineReason | null;
}

export interface SentMail {
  readonly id: string;
  readonly atMs: number;
}

export interface MailState {
  readonly sent: readonly SentMail[];
  readonly clicks: readonly Click[];
}

export const NO_MAIL: MailState = { sent: [], clicks: [] };

/** A mail of ours that went out or arrived. It is not known sooner, so nobody can have opened it before. */
export function isMailSent({ type, channel, direction, subjectId }: LeadEvent): boolean {
  if (subjectId === null) return false;
  return type === 'email.delivered' || (type === 'message' && channel === 'email' && direction === 'out');
}

export function isClick({ type }: LeadEvent): boolean {
  return type === 'email.clicked';
}

export function isOpen({ type }: LeadEvent): boolean {
  return type === 'email.opened';
}

/** Takes the next event. A click that completes a burst makes machines of those before it, too. */
export function afterEvent(mail: MailState, event: LeadEvent): MailState {
  if (isMailSent(event)) {
    const id = event.subjectId ?? '';
    const others = mail.sent.filter((sent) => sent.id !== id);
    return { ...mail, sent: [...others, { id, atMs: event.atMs }].slice(-MAX_MAILS) };
  }
  if (!isClick(event)) return mail;
  const click: Click = { atMs: event.atMs, link: event.link ?? null, machine: ownReason(event, mail.sent) };
  return { ...mail, clicks: withBurst([...mail.clicks, click].slice(-MAX_CLICKS), event.atMs) };
}

/** Why an open or a click is a machine's, as far as it and the mails before it tell. */
function ownReason(event: LeadEvent, sent: readonly SentMail[]): MachineReason | null {
  if (event.machine !== undefined) return event.machine;
  const mail = event.subjectId === null ? undefined : sent.find(({ id }) => id === event.subjectId);
  return mail !== undefined && event.atMs - mail.atMs <= AT_DELIVERY_MS ? 'atDelivery' : null;
}

function withBurst(clicks: readonly Click[], nowMs: number): readonly Click[] {
  const inBurst = (click: Click): boolean => nowMs - click.atMs <= BURST_MS;
  const links = new Set(clicks.filter(inBurst).flatMap(({ link }) => (link === null ? [] : [link])));
  if (links.size < BURST_LINKS) return clicks;
  return clicks.map((click) =>
    inBurst(click) && click.machine === null ? { ...click, machine: 'threeLinks' as const } : click,
  );
}

/** A click that nothing speaks against, and for so long that nothing more will. */
export function isByPerson({ machine, atMs }: Click, nowMs: number): boolean {
  return machine === null && nowMs - atMs >= BURST_MS;
}

/**
 * The opens and clicks of a lead that are held to be a machine's, by event id, each with the first reason that was seen.
 * @param events Of one lead, by time.
 */
export function machinesAmong(events: readonly LeadEvent[]): ReadonlyMap<string, MachineReason> {
  const found = new Map<string, MachineReason>();
  const clicks: LeadEvent[] = [];
  let sent: readonly SentMail[] = [];
  for (const event of events) {
    if (isMailSent(event)) sent = afterEvent({ sent, clicks: [] }, event).sent;
    if (!isClick(event) && !isOpen(event)) continue;
    const reason = ownReason(event, sent);
    if (reason !== null) found.set(event.id, reason);
    if (!isClick(event)) continue;
    clicks.push(event);
    const near = clicks.slice(-MAX_CLICKS).filter(({ atMs }) => event.atMs - atMs <= BURST_MS);
    if (new Set(near.flatMap(({ link }) => link ?? [])).size < BURST_LINKS) continue;
    for (const { id } of near) if (!found.has(id)) found.set(id, 'threeLinks');
  }
  return found;
}

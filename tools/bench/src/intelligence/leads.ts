import { Random } from '@hub/brokerage';
import type { LeadEvent } from '@hub/contracts';
import { foldAll, type LeadState } from '@hub/intelligence';

const DAY_MS = 86_400_000;
export const NOW_MS = Date.UTC(2026, 10, 2, 15);

/**
 * Leads of an ordinary brokerage as scoring reads them from the database: a few to some dozens of events each, over up
 * to half a year.
 */
export function leadStates(count: number, seed: string): readonly LeadState[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, lead) => {
    const stored = JSON.stringify(foldAll(historyOf(`lead-${lead}`, random)));
    return JSON.parse(stored) as LeadState;
  });
}

function historyOf(leadId: string, random: Random): readonly LeadEvent[] {
  const nothing = { leadId, direction: null, channel: null, stage: null, value: null, subjectId: null };
  const beganMs = NOW_MS - random.unit() ** 2 * 180 * DAY_MS - DAY_MS;
  const count = 3 + Math.floor(random.unit() ** 2 * 50);
  const events: LeadEvent[] = [
    { ...nothing, id: 'e0', atMs: Math.floor(beganMs), type: 'lead.created', actor: 'system' },
  ];
  let atMs = beganMs;
  while (events.length < count) {
    atMs += (NOW_MS - atMs) * random.unit() * 0.2;
    const id = `e${events.length}`;
    events.push({ ...nothing, id, atMs: Math.floor(atMs), ...happening(id, random, atMs) });
  }
  return events;
}

type Happening = Pick<LeadEvent, 'type' | 'actor'> & Partial<LeadEvent>;

function happening(id: string, random: Random, atMs: number): Happening {
  const draw = random.unit();
  if (draw < 0.4) return { type: 'message', actor: 'agent', direction: 'out', channel: 'sms' };
  if (draw < 0.65) return { type: 'message', actor: 'lead', direction: 'in', channel: 'sms' };
  if (draw < 0.75) {
    const talked = random.unit() < 0.4;
    return {
      type: 'call',
      actor: 'agent',
      direction: 'out',
      stage: talked ? 'completed' : 'no-answer',
      value: talked ? 240 : 0,
    };
  }
  if (draw < 0.83) {
    return { type: 'appointment.booked', actor: 'agent', subjectId: id, value: Math.floor(atMs + 3 * DAY_MS) };
  }
  if (draw < 0.9) return { type: 'email.clicked', actor: 'lead', direction: 'in', channel: 'email', link: id };
  if (draw < 0.95)
    return { type: 'opportunity.stage', actor: 'agent', subjectId: 'deal', stage: `stage-${(draw * 100) | 0}` };
  return { type: 'opportunity.value', actor: 'agent', subjectId: 'deal', value: 400_000 };
}

import type { LeadEvent } from '@hub/contracts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BEGINNING_MS = Date.UTC(2026, 5, 1);

/** A small, seeded (mulberry32) brokerage of online leads, to see whether odds come out in the field's proportions. */
export function population(leads: number, seed: number): readonly (readonly LeadEvent[])[] {
  let state = seed;
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    const last = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((last ^ (last >>> 14)) >>> 0) / 2 ** 32;
  };
  return Array.from({ length: leads }, () => lifeOf(random));
}

/** Snapshots as a training table would take them: days 1, 3, 7, 14, 21 after the beginning, then weekly to day 91. */
export const SNAPSHOTS_MS: readonly number[] = [1, 3, 7, 14, 21, 28, 35, 42, 49, 56, 63, 70, 77, 84, 91].map(
  (day) => BEGINNING_MS + day * DAY_MS,
);

/**
 * About 48 % are never answered by a person (residential mystery shop of 384 enquiries), few reply, about 5 % reach
 * an appointment.
 */
function lifeOf(random: () => number): readonly LeadEvent[] {
  const events: LeadEvent[] = [];
  const add = (day: number, event: Partial<LeadEvent> & Pick<LeadEvent, 'type' | 'actor'>): void => {
    const id = `e${events.length}`;
    const nothing = { direction: null, channel: null, stage: null, value: null, subjectId: null };
    events.push({ id, leadId: 'lead', atMs: Math.round(BEGINNING_MS + day * DAY_MS), ...nothing, ...event });
  };
  add(0, { type: 'lead.created', actor: 'system', channel: random() < 0.05 ? 'referral' : 'portal' });
  const draw = random();
  const replies = draw < 0.15 ? 0.45 : draw < 0.4 ? 0.08 : 0.01;
  if (random() < 0.48) {
    if (random() < replies) add(2 * random(), { type: 'message', actor: 'lead', direction: 'in' });
    return events;
  }
  const persistence = 2 + Math.floor(random() * 8);
  let day = random() * 1.25;
  let talked = 0;
  for (let attempt = 0; attempt < persistence; attempt += 1) {
    const call = random() < 0.5;
    const reached = random() < replies;
    if (call) {
      add(day, {
        type: 'call',
        actor: 'agent',
        direction: 'out',
        stage: reached ? 'completed' : 'no-answer',
        value: reached ? 240 : 0,
      });
    } else {
      add(day, { type: 'message', actor: 'agent', direction: 'out' });
      if (reached) add(day + 0.02 + random() * 0.5, { type: 'message', actor: 'lead', direction: 'in' });
    }
    talked += Number(reached);
    if (reached && talked >= 2 && random() < 0.3) {
      add(day + 0.6, {
        type: 'appointment.booked',
        actor: 'agent',
        subjectId: 'tour',
        value: BEGINNING_MS + (day + 4) * DAY_MS,
      });
      add(day + 4.1, {
        type: random() < 0.75 ? 'appointment.kept' : 'appointment.missed',
        actor: 'lead',
        subjectId: 'tour',
      });
      day += 4;
    }
    day += 1 + random() * 2 ** Math.min(attempt, 4);
  }
  return events;
}

import type { LeadEvent } from '@hub/contracts';
import { phaseOf } from '../features/phase.ts';
import { isAgentAct, isLeadAct, isSign, optOutOf } from '../features/reading.ts';
import { CENSORED, known, type Label, type LabelledModel, notApplicable } from './label.ts';
import type { Moment } from './moments.ts';

/** Rises with every change of what a label means: models of different versions answer different questions. */
export const LABEL_VERSION = 'labels-1';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

export const CONVERSION_DAYS = 30;
/** An act of the lead with an opt-out this soon after it was a refusal, not a word in a conversation. */
const REFUSAL_MS = 10 * MINUTE_MS;

/** The question that a model answers. */
export interface LabelDefinition {
  /** As the reader of a score would say it. */
  readonly target: string;
  /** Exactly, in words. */
  readonly definition: string;
  readonly of: (moment: Moment) => Label;
}

export const LABELS: Readonly<Record<LabelledModel, LabelDefinition>> = {
  conversion: {
    target: 'a two-way conversation or an appointment within 30 days',
    definition:
      'Within 30 days after the moment there is an act of the lead (message, call, voicemail, a call of ours that they answer) ' +
      'and an act of a person of ours, in either order, both after the moment; or an appointment is booked by the lead or by ' +
      'a person of ours, or kept. What happened up to the moment does not count, nor does what automation sends, nor an act of the lead ' +
      'that is followed by an opt-out within 10 minutes. A moment whose 30 days are not over, or of a lead that is deleted ' +
      'within them, is censored.',
    of: conversionOf,
  },
  goingCold: {
    target: 'no sign from the lead within the window of its phase',
    definition:
      'We have reached out and no sign of the lead (an act, an appointment kept, one booked by the lead) follows within the days of ' +
      'silence that are normal in the phase the lead is in at the moment. The days begin at the moment where an act of ours waits for an ' +
      'answer already, else with the first act of a person of ours after it, which must come within as many days. An opt-out by ' +
      'message is an answer. Where we do not reach out in time it is our silence, not theirs: neglect, without a label; where ' +
      'they give a sign before we reach out the question does not arise. A moment whose days are not over is censored.',
    of: goingColdOf,
  },
};

function conversionOf({ atMs, later, observedUntilMs }: Moment): Label {
  const endMs = atMs + CONVERSION_DAYS * DAY_MS;
  if (observedUntilMs < endMs) return CENSORED;
  const inWindow = later.filter((event) => event.atMs <= endMs);
  if (inWindow.some(isMeeting)) return known(true);
  const refusals = later.filter((event) => optOutOf(event) === true).map((event) => event.atMs);
  const refuses = ({ atMs }: LeadEvent): boolean => refusals.some((at) => at >= atMs && at - atMs <= REFUSAL_MS);
  const theySpoke = inWindow.some((event) => isLeadAct(event) && !refuses(event));
  return known(theySpoke && inWindow.some(isAgentAct));
}

function isMeeting({ type, actor }: LeadEvent): boolean {
  return type === 'appointment.kept' || (type === 'appointment.booked' && actor !== 'system');
}

function goingColdOf({ state, atMs, later, observedUntilMs }: Moment): Label {
  if (state.optedOut) return notApplicable('optedOut');
  const windowMs = phaseOf(state, atMs).silenceDays * DAY_MS;
  const answersOwed = state.theyOweSinceMs !== null;
  const reach = later.findIndex(isOutreach);
  const sign = later.findIndex(isSign);
  const fromMs = answersOwed ? atMs : (later[reach]?.atMs ?? Infinity);
  const signMs = later[sign]?.atMs ?? Infinity;
  if (fromMs > atMs + windowMs) {
    if (observedUntilMs < atMs + windowMs) return CENSORED;
    return notApplicable(signMs <= atMs + windowMs ? 'cameByThemselves' : 'neglect');
  }
  if (!answersOwed && sign !== -1 && sign < reach) return notApplicable('cameByThemselves');
  if (observedUntilMs < fromMs + windowMs) return CENSORED;
  return known(signMs > fromMs + windowMs);
}

/** A call of theirs that we take is an act of ours too, but it was not we who reached out. */
function isOutreach(event: LeadEvent): boolean {
  return isAgentAct(event) && event.direction !== 'in';
}

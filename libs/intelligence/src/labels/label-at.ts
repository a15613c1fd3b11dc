import type { LeadEvent } from '@hub/contracts';
import { LABELS } from './definitions.ts';
import { CENSORED, type Label, type LabelledModel, notApplicable } from './label.ts';
import { type Moment, momentsOf } from './moments.ts';

/** What a model should have foretold at a moment; of one after the end of the log nothing is known. */
export function labelAt(model: LabelledModel, moment: Moment): Label {
  if (moment.observedUntilMs < moment.atMs) return CENSORED;
  if (moment.state.events === 0) return notApplicable('unknownYet');
  if (moment.isDeleted) return notApplicable('deleted');
  return LABELS[model].of(moment);
}

/**
 * The same from a lead's events, in whatever order they come.
 * @param untilMs Where the log ends: nothing after it is looked at.
 */
export function labelOf(model: LabelledModel, events: readonly LeadEvent[], atMs: number, untilMs: number): Label {
  const [moment] = momentsOf(events, [atMs], untilMs);
  return moment === undefined ? notApplicable('unknownYet') : labelAt(model, moment);
}

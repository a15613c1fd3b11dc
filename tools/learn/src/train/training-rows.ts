import { featuresAt, type Label, labelAt, type LabelledModel, momentsOf } from '@hub/intelligence';
import { knownStates } from './known-states.ts';
import type { LeadHistory } from './lead-history.ts';
import { snapshotTimes } from './snapshot-times.ts';

/** A lead at one moment: what was known of it, and what became of it. */
export interface TrainingRow {
  readonly atMs: number;
  /** In the order of FEATURES. */
  readonly features: Float64Array;
  readonly labels: Readonly<Record<LabelledModel, Label>>;
}

/**
 * The rows that one lead gives. Features are of what was known at the moment, labels of what had really happened by
 * the end of the log.
 * @param untilMs End of the log.
 */
export function* rowsOf({ events }: LeadHistory, untilMs: number): Generator<TrainingRow> {
  const times = snapshotTimes(events, untilMs);
  const states = knownStates(events, times);
  const happened = events.map(({ event }) => event);
  for (const moment of momentsOf(happened, times, untilMs)) {
    const known = states.next();
    if (known.done === true) return;
    yield {
      atMs: moment.atMs,
      features: featuresAt(known.value, moment.atMs),
      labels: { conversion: labelAt('conversion', moment), goingCold: labelAt('goingCold', moment) },
    };
  }
}

import type { Database } from '@hub/database/registry';
import { CONVERSION_DAYS, type LabelledModel, labelOf, type ModelName } from '@hub/intelligence';
import { Refused } from '../command.ts';
import { eventsOf, keyOf } from '../replay/event-log.ts';
import type { Answers } from './answers.ts';

/** Decisions whose outcome is known by now, row by row. */
export interface KnownOutcomes {
  readonly answers: readonly Answers[];
  /** 1: it came true. */
  readonly labels: Uint8Array;
  /** Which lead each row is of. */
  readonly groups: Int32Array;
}

const LEADS_A_PAGE = 500;
const DAY_MS = 86_400_000;
/** The shortest window of each label: what was decided later has no outcome yet. */
const SHORTEST_DAYS: Readonly<Record<LabelledModel, number>> = { conversion: CONVERSION_DAYS, goingCold: 7 };
/** Older decisions say little about a model's odds of today. */
const LONGEST_DAYS = 365;

/** When decisions were made whose outcome can be known by now. */
export function knowable(model: LabelledModel, nowMs: number): { readonly fromMs: number; readonly untilMs: number } {
  return { fromMs: nowMs - LONGEST_DAYS * DAY_MS, untilMs: nowMs - SHORTEST_DAYS[model] * DAY_MS };
}

/** @throws Refused for a model whose outcomes cannot be told from events. */
export function labelled(name: ModelName): LabelledModel {
  if (name === 'match') throw new Refused('what a match comes to is not among the events: it cannot be judged');
  return name;
}

/** Looks up what became of leads after they were decided on. @param untilMs What happened later is not known. */
export async function knownOutcomes(
  database: Database,
  model: LabelledModel,
  answers: readonly Answers[],
  untilMs: number,
): Promise<KnownOutcomes> {
  const known: { readonly answer: Answers; readonly label: 0 | 1; readonly group: number }[] = [];
  const leads = [...Map.groupBy(answers, keyOf).values()];
  for (let from = 0; from < leads.length; from += LEADS_A_PAGE) {
    const page = leads.slice(from, from + LEADS_A_PAGE);
    const keys = page.flatMap((ofLead) => ofLead.slice(0, 1));
    const events = await eventsOf(database, keys);
    for (const [at, ofLead] of page.entries()) {
      const all = ofLead.slice(0, 1).flatMap((one) => events.get(keyOf(one)) ?? []);
      const happened = all.flatMap((applied) => applied.events);
      for (const answer of ofLead) {
        const label = labelOf(model, happened, answer.scoredAtMs, untilMs);
        if (label.kind === 'known') known.push({ answer, label: label.value, group: from + at });
      }
    }
  }
  return {
    answers: known.map(({ answer }) => answer),
    labels: Uint8Array.from(known, ({ label }) => label),
    groups: Int32Array.from(known, ({ group }) => group),
  };
}

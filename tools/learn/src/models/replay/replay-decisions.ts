import type { Database } from '@hub/database/registry';
import type { Scorer } from '@hub/intelligence';
import { decideAgain, type Difference } from './decide-again.ts';
import { eventsOf, keyOf } from './event-log.ts';
import { ModelShelf } from './model-shelf.ts';
import { ShiftHistory } from './shift-history.ts';
import type { StoredDecision } from './stored-decision.ts';

export interface Replayed {
  /** Decisions that were made once more. */
  readonly replayed: number;
  /** Those of them that came out otherwise. */
  readonly different: number;
  /** The first differences, of as many decisions. */
  readonly differences: readonly Difference[];
  /** Decisions whose models cannot decide any more, by why. */
  readonly leftOut: ReadonlyMap<string, number>;
}

const LEADS_A_PAGE = 200;
const MAX_SHOWN = 10;

/** Makes decisions once more, lead by lead. */
export async function replayDecisions(
  database: Database,
  decisions: readonly StoredDecision[],
  progress: (done: number) => void,
): Promise<Replayed> {
  const shelf = new ModelShelf(database);
  const shifts = await ShiftHistory.read(database);
  const leftOut = new Map<string, number>();
  const shown: Difference[] = [];
  let [replayed, different, done] = [0, 0, 0];
  try {
    for (const page of pagesOf(decisions)) {
      const events = await eventsOf(database, page.flat());
      for (const decision of page.flat()) {
        const scorers = await scorersOf(decision, shelf);
        if (typeof scorers === 'string') {
          leftOut.set(scorers, (leftOut.get(scorers) ?? 0) + 1);
          continue;
        }
        const differences = await decideAgain(decision, events.get(keyOf(decision)) ?? [], scorers, shifts);
        replayed += 1;
        if (differences.length === 0) continue;
        different += 1;
        if (different <= MAX_SHOWN) shown.push(...differences.slice(0, MAX_SHOWN));
      }
      done += page.flat().length;
      progress(done);
    }
  } finally {
    await shelf.close();
  }
  return { replayed, different, differences: shown, leftOut };
}

/** Decisions of so many leads at a time, those of one lead together. */
function pagesOf(decisions: readonly StoredDecision[]): readonly (readonly StoredDecision[])[][] {
  const byLead = [...Map.groupBy(decisions, keyOf).values()];
  return Array.from({ length: Math.ceil(byLead.length / LEADS_A_PAGE) }, (_, page) =>
    byLead.slice(page * LEADS_A_PAGE, (page + 1) * LEADS_A_PAGE),
  );
}

/** Why a model is missing, where one is. */
async function scorersOf(decision: StoredDecision, shelf: ModelShelf): Promise<ReadonlyMap<string, Scorer> | string> {
  const scorers = new Map<string, Scorer>();
  for (const { model, hash } of decision.scores) {
    const shelved = await shelf.get(model, hash);
    if ('missing' in shelved) return `${model} ${hash.slice(0, 12)}: ${shelved.missing}`;
    scorers.set(hash, shelved.scorer);
  }
  return scorers;
}

import { defined, FILTER_NAMES, filterOf } from '../search/filter-options.ts';
import { UsageError } from '../usage-error.ts';

/** By what letters are selected besides their numbers. */
export const LETTER_FILTERS = [...FILTER_NAMES, 'reason', 'cause', 'state'] as const;

/** What the API takes at once. */
export const MOST_IDS = 1_000;

type Values = Readonly<Record<string, string | undefined>>;

/** Which letters a job is about, in the words of the API. @throws UsageError when it could be any. */
export function selectionOf(command: string, ids: readonly string[], values: Values, nowMs: number): object {
  const { reason, cause, state, tenant } = values;
  const filter = { ...filterOf(values, nowMs), ...defined({ reason, cause, state: state?.split(',') }) };
  const selection = ids.length === 0 ? filter : { ...filter, ids };
  if (Object.keys(selection).length > 0) return selection;
  // All of one tenant is a choice; all of everybody's must be said.
  if (tenant !== undefined) return { state: ['dead'] };
  throw new UsageError(`${command}: say which, by number or by a filter; --state dead takes all that are dead`);
}

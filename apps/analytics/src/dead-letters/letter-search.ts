import { deadReason } from '@hub/contracts';
import { LETTER_STATES, type LetterFilter } from '@hub/database';
import { z } from 'zod';
import type { SearchScope } from '../search-scope.ts';
import { positionParameter, searchOf, searchParameters } from '../search-parameters.ts';
import { tenantParameter } from '../tenant.guard.ts';

export const letterId = z.string().regex(/^\d{1,18}$/, 'must be the number of a letter');

/** One or several, separated by commas. */
const states = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(LETTER_STATES)).min(1));

const parameters = {
  ...searchParameters,
  reason: deadReason.optional(),
  cause: z.string().min(1).max(300).optional(),
};

/** A search in a query string. */
export const letterQuery = z.object({
  ...parameters,
  tenant: tenantParameter.optional(),
  state: states.optional(),
  cursor: positionParameter(z.object({ receivedAtMs: z.number(), id: letterId })).optional(),
});

/** Which letters a job is about: at least one criterion, so that nobody means all of them by mistake. */
export const letterSelection = z
  .strictObject({
    ...parameters,
    ids: z.array(letterId).min(1).max(1_000).optional(),
    state: z.array(z.enum(LETTER_STATES)).min(1).optional(),
  })
  .refine((filter) => Object.keys(filter).length > 0, 'must narrow by something');
export type LetterSelection = z.infer<typeof letterSelection>;

export function letterFilter(scope: SearchScope, query: z.infer<typeof letterQuery>): LetterFilter {
  const { reason, cause, state } = query;
  return { ...searchOf(query), tenantIds: scope.tenantIds, reason, cause, states: state };
}

/** Unless told otherwise, a job takes what is dead and leaves what is parked. */
export function selectedLetters(scope: Pick<SearchScope, 'tenantIds'>, selection: LetterSelection): LetterFilter {
  const { reason, cause, ids, state } = selection;
  return { ...searchOf(selection), tenantIds: scope.tenantIds, reason, cause, ids, states: state ?? ['dead'] };
}

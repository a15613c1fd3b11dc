import { DELIVERY_OUTCOMES, type DeliveryFilter } from '@hub/database';
import { z } from 'zod';
import type { SearchScope } from '../search-scope.ts';
import { positionParameter, searchOf, searchParameters } from '../search-parameters.ts';
import { tenantParameter } from '../tenant.guard.ts';

const parameters = { ...searchParameters, outcome: z.enum(DELIVERY_OUTCOMES).optional() };

const position = z.object({
  receivedAtMs: z.number(),
  packSequence: z.string().regex(/^\d{1,18}$/),
  packPosition: z.number().int(),
});

/** A search in a query string. */
export const deliveryQuery = z.object({
  ...parameters,
  tenant: tenantParameter.optional(),
  cursor: positionParameter(position).optional(),
});

/** Which deliveries a job is about: at least one criterion, so that nobody means all of them by mistake. */
export const deliverySelection = z
  .strictObject(parameters)
  .refine((filter) => Object.keys(filter).length > 0, 'must narrow by something');
export type DeliverySelection = z.infer<typeof deliverySelection>;

export function deliveryFilter(scope: SearchScope, query: z.infer<typeof deliveryQuery>): DeliveryFilter {
  return { ...searchOf(query), tenantIds: scope.tenantIds, outcome: query.outcome };
}

export function selectedDeliveries(
  scope: Pick<SearchScope, 'tenantIds'>,
  selection: DeliverySelection,
): DeliveryFilter {
  return { ...searchOf(selection), tenantIds: scope.tenantIds, outcome: selection.outcome };
}

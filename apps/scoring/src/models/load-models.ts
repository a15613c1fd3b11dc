import type { ModelName } from '@hub/intelligence';
import type { Breaker } from '@hub/resilience';
import type { Logger } from '@hub/telemetry';
import type { CatalogueEntry, Model, Models } from './models.ts';
import { loadPrior, type PriorModel } from './prior-model.ts';
import { Slot } from './slot.ts';
import { TenantShifts } from './tenant-shifts.ts';

/** What decides, and where champions sit. */
export interface ServedModels extends Models {
  readonly slots: Readonly<Record<ModelName, Slot>>;
  /** What must be stored for the priors' decisions to be explained later; two entries may be one and the same model. */
  readonly catalogue: readonly CatalogueEntry[];
}

/**
 * Loads the priors. No champion sits anywhere yet: that is the registry's to say.
 * @param folder Of the model files; null for those that were built with the models.
 * @param shifts What tenants differ by from champions; a prior knows no tenant.
 */
export async function loadModels(
  folder: string | null,
  breaker: Breaker,
  logger: Logger,
  shifts = new TenantShifts(),
): Promise<ServedModels> {
  const [conversion, goingCold] = await Promise.all([
    loadPrior('conversion', folder, breaker, logger),
    loadPrior('goingCold', folder, breaker, logger),
  ]);
  const slots = {
    conversion: new Slot('conversion', breaker, logger, shifts),
    goingCold: new Slot('goingCold', breaker, logger, shifts),
    match: new Slot('match', breaker, logger, shifts),
  };
  return {
    slots,
    conversion: championOr(conversion, slots.conversion),
    goingCold: championOr(goingCold, slots.goingCold),
    match: slots.match,
    catalogue: [...conversion.catalogue, ...goingCold.catalogue],
  };
}

/** The champion where there is one; a batch it fails on, and leads of a slot that is empty, get the prior. */
function championOr(prior: PriorModel, slot: Slot): Model {
  return {
    score: async (rows, tenantIds) => {
      if (slot.hash === null) return prior.score(rows, tenantIds);
      return (await slot.score(rows, tenantIds)) ?? (await prior.builtIn.score(rows, tenantIds));
    },
  };
}

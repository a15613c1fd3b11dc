import type { AdditiveModel, PriorName } from './additive.ts';
import { conversionPrior } from './conversion.ts';
import { goingColdPrior } from './going-cold.ts';

/** The priors this build brings: written as model files, and served as they are when a file cannot be. */
export const PRIORS: Readonly<Record<PriorName, AdditiveModel>> = {
  conversion: conversionPrior,
  goingCold: goingColdPrior,
};

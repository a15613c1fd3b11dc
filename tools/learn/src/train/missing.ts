import type { LabelledModel } from '@hub/intelligence';
import type { TrainingTable } from '@hub/intelligence/training';

/** What Salesforce asks for before Einstein scores leads; fewer give odds that change with every week of data. */
export const FEWEST_LEADS = 1_000;
export const FEWEST_POSITIVES = 120;

const POSITIVE: Readonly<Record<LabelledModel, string>> = {
  conversion: 'leads that converted',
  goingCold: 'leads that went cold',
};

/** What a table lacks to learn from it, in words; empty when nothing. Leads count, not rows. */
export function missingIn(model: LabelledModel, { labels, groups }: TrainingTable): readonly string[] {
  const leads = new Set(groups).size;
  const positives = new Set(groups.filter((_, row) => labels[row] === 1)).size;
  const missing: string[] = [];
  if (leads < FEWEST_LEADS) missing.push(`${leads} leads whose outcome is known, ${FEWEST_LEADS} are needed`);
  if (positives < FEWEST_POSITIVES) missing.push(`${positives} ${POSITIVE[model]}, ${FEWEST_POSITIVES} are needed`);
  return missing;
}

import { metricsOf, seededRandom } from '@hub/intelligence/training';

const DRAWS = 100;

/**
 * The calibration error that odds would show if they held exactly: outcomes are drawn from the odds themselves, rows of one lead
 * by the same draw. An error of this size is what so few leads allow, no fault of the odds.
 * @param groups Which lead each row is of; empty: a lead per row.
 */
export function eceByChance(odds: Float64Array, groups: Int32Array, seed: number): number {
  const random = seededRandom(seed);
  const errors: number[] = [];
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const ofLead = new Map<number, number>();
    const labels = Uint8Array.from(odds, (odd, row) => {
      const lead = groups[row] ?? row;
      const chance = ofLead.get(lead) ?? random();
      ofLead.set(lead, chance);
      return Number(chance < odd);
    });
    if (labels.includes(0) && labels.includes(1)) errors.push(metricsOf(labels, odds).ece);
  }
  return errors.length === 0 ? 0 : errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

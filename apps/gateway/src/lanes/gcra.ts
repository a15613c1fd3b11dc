/** What a tenant may send: `ratePerS` on average, and `burst` at once after a pause. */
export interface Limit {
  readonly ratePerS: number;
  readonly burst: number;
}

const US_PER_S = 1_000_000;

/**
 * Generic cell rate algorithm in its virtual scheduling form (ITU-T I.371, annex A): one number remembers all. The
 * theoretical arrival time (TAT) is when the next arrival would be due if all came evenly; an arrival conforms unless it
 * is earlier than the tolerance allows. The same as a token bucket of `burst` tokens filled at `ratePerS`.
 * @param tatUs A TAT in the past means the same as one of now: who was idle long enough may be forgotten.
 * @param nowUs On a clock that only goes forward.
 * @returns The TAT to remember; null when the arrival does not conform, and then nothing changes.
 */
export function arrive(tatUs: number, nowUs: number, limit: Limit): number | null {
  if (tatUs - nowUs > toleranceUs(limit)) return null;
  return Math.max(tatUs, nowUs) + intervalUs(limit);
}

/**
 * Charges arrivals that were let in elsewhere. They can bring a tenant into debt, but no deeper than `maxDebtUs` beyond
 * the point where nothing more conforms.
 */
export function charge(tatUs: number, nowUs: number, count: number, limit: Limit, maxDebtUs: number): number {
  const charged = Math.max(tatUs, nowUs) + count * intervalUs(limit);
  return Math.max(tatUs, Math.min(charged, nowUs + limit.burst * intervalUs(limit) + maxDebtUs));
}

function intervalUs({ ratePerS }: Limit): number {
  return US_PER_S / ratePerS;
}

function toleranceUs(limit: Limit): number {
  return (limit.burst - 1) * intervalUs(limit);
}

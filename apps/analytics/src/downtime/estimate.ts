/** What came in for a tenant in earlier windows: `exposure` is how many times the length of the gap they make together. */
export interface Usual {
  readonly received: number;
  readonly exposure: number;
}

export interface Estimate {
  readonly expected: number;
  /** 95 of 100 such gaps miss between `low` and `high`. */
  readonly low: number;
  readonly high: number;
}

const TAIL = 0.025;
/** From here on a normal distribution with the same mean and variance is as good. */
const LARGE = 500;
/** 97.5th percentile of the standard normal distribution. */
const Z = 1.959_964;

/**
 * How many webhooks a gap may have cost, if they come by chance at a steady rate. With a Gamma(1/2, 0) prior (Jeffreys) on
 * the rate, the count in one more window is negative binomial (Gelman et al., Bayesian Data Analysis, 3rd ed., 2.6): its
 * range allows for chance and for how little is known of the rate.
 * @returns null when nothing is known.
 */
export function estimateOf({ received, exposure }: Usual): Estimate | null {
  if (!(exposure > 0)) return null;
  const shape = received + 0.5;
  const mean = shape / exposure;
  const expected = received / exposure;
  if (mean > LARGE) {
    const spread = Z * Math.sqrt(mean * (1 + 1 / exposure));
    return { expected, low: Math.max(0, Math.floor(mean - spread)), high: Math.ceil(mean + spread) };
  }
  return { expected, low: quantile(shape, exposure, TAIL), high: quantile(shape, exposure, 1 - TAIL) };
}

/** Smallest count whose cumulative probability reaches `wanted`. */
function quantile(shape: number, exposure: number, wanted: number): number {
  const miss = 1 / (1 + exposure);
  let probability = Math.exp(shape * Math.log1p(-miss));
  let cumulative = probability;
  let count = 0;
  // The bound is far beyond the mean of anything that comes here; it keeps a rounding error from looping for ever.
  while (cumulative < wanted && count < 100 * LARGE) {
    probability *= ((shape + count) / (count + 1)) * miss;
    count += 1;
    cumulative += probability;
  }
  return count;
}

import { type Mailings, REPORTS_PER_MAIL } from './address-book.ts';
import type { Checkpoint } from './checkpoint.ts';
import { compressed, type Stretch } from './clock.ts';
import { inDeliveryOrder } from './deliveries.ts';
import type { Options } from './options.ts';
import { DAY_MS } from './rates.ts';
import { simulate } from './simulate.ts';
import type { Truth } from './truth.ts';
import type { SimulatedWebhook } from './world.ts';

export interface Due {
  /** Place in the order of deliveries, from 1. */
  readonly number: number;
  /** Virtual time at which GHL delivers it. */
  readonly deliveredAtMs: number;
  /** The same by the wall's clock (epoch ms); in the past for the history. */
  readonly dueAtMs: number;
  readonly event: SimulatedWebhook;
}

export interface FeedPlan {
  readonly epochMs: number;
  readonly stretches: readonly Stretch[];
  /** How many times faster than real the live part runs now. */
  readonly factor: number;
  /** Number of the last delivery that belongs to the history. */
  readonly history: number;
  readonly deliveries: Iterable<Due>;
}

type WorldOptions = Pick<Options, 'seed' | 'tenants' | 'leads' | 'historyDays' | 'rate' | 'compress'>;

/**
 * How much of the live rate tells of leads; the rest are reports on newsletters. Were all of it leads, hundreds an hour
 * would come and talk, and as only the clock cools them, soon every row would be hot.
 */
const LEADS_SHARE = 0.15;

const MEASURED_DAYS = 120;
const LEADS_ARE_FOR_DAYS = 45;

/** What makes two runs show the same world. */
export function worldOf({ seed, tenants, leads, historyDays, rate, compress }: WorldOptions): string {
  return JSON.stringify({ seed, tenants, leads, historyDays, rate, compress });
}

/**
 * The history up to the epoch and the endless rest, compressed and filled up with newsletters so that about `rate`
 * deliveries a second are due; with a factor given, just compressed by it. The epoch is `nowMs`, or that of the
 * checkpoint: then what it says is settled is left out, but for the installs, and the world goes on from there as if no
 * time had passed.
 */
export function planFeed(
  options: WorldOptions,
  nowMs: number,
  record: (truth: Truth) => void,
  checkpoint: Checkpoint | null = null,
): FeedPlan {
  const { seed, tenants, leads, historyDays, rate, compress } = options;
  const { epochMs, settled, reachedMs, stretches: past } = checkpoint ?? begin(nowMs);
  const leadsPerDay = leads / (historyDays || LEADS_ARE_FOR_DAYS);
  const world = { seed, tenants, leadsPerDay, startMs: epochMs - historyDays * DAY_MS };

  // A rehearsal without clock tells how much happens, which is what the factor and the progress need.
  const measuredMs = MEASURED_DAYS * DAY_MS;
  let history = 0;
  let ahead = 0;
  for (const { deliveredAtMs } of inDeliveryOrder(simulate({ ...world, endMs: epochMs + measuredMs }))) {
    if (deliveredAtMs <= epochMs) history += 1;
    else ahead += 1;
  }
  const factor = compress ?? Math.max(1, (LEADS_SHARE * rate * measuredMs) / (1000 * ahead));
  const mailings = compress === null ? fillUp(rate, factor, epochMs) : null;
  const fromMs = Math.max(epochMs, reachedMs);
  const earlier = past.filter((stretch) => stretch.virtualMs < fromMs);
  const stretches = [...earlier, { virtualMs: fromMs, wallMs: nowMs, factor }];
  const clock = compressed(stretches);
  return { epochMs, stretches, factor, history, deliveries: due() };

  function* due(): Generator<Due> {
    let number = 0;
    for (const { deliveredAtMs, event } of inDeliveryOrder(simulate({ ...world, mailings, clock, record }))) {
      number += 1;
      if (number <= settled && event.type !== 'AppInstall') continue;
      yield { number, deliveredAtMs, dueAtMs: clock(deliveredAtMs), event };
    }
  }
}

function fillUp(rate: number, factor: number, fromMs: number): Mailings {
  const reportsPerDay = ((1 - LEADS_SHARE) * rate * DAY_MS) / (1000 * factor);
  return { fromMs, perDay: reportsPerDay / REPORTS_PER_MAIL };
}

function begin(nowMs: number): Omit<Checkpoint, 'world'> {
  return { epochMs: nowMs, settled: 0, reachedMs: nowMs, stretches: [] };
}

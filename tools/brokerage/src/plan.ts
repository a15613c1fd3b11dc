import { compressedAfter } from './clock.ts';
import { inDeliveryOrder } from './deliveries.ts';
import type { Options } from './options.ts';
import { DAY_MS } from './rates.ts';
import { simulate } from './simulate.ts';
import type { Truth } from './truth.ts';
import type { SimulatedWebhook } from './world.ts';

export interface Due {
  /** Wall time (epoch ms) at which GHL would deliver it; in the past for the history. */
  readonly dueAtMs: number;
  readonly event: SimulatedWebhook;
}

export interface FeedPlan {
  /** How many times faster than real the live part runs. */
  readonly factor: number;
  /** Deliveries due up to now. */
  readonly history: number;
  readonly deliveries: Iterable<Due>;
}

const MEASURED_DAYS = 120;
const LEADS_ARE_FOR_DAYS = 45;

/** The history up to `nowMs` and the endless rest, compressed so that about `rate` deliveries a second are due. */
export function planFeed(
  options: Pick<Options, 'seed' | 'tenants' | 'leads' | 'historyDays' | 'rate' | 'compress'>,
  nowMs: number,
  record: (truth: Truth) => void,
): FeedPlan {
  const { seed, tenants, leads, historyDays, rate } = options;
  const leadsPerDay = leads / (historyDays || LEADS_ARE_FOR_DAYS);
  const world = { seed, tenants, leadsPerDay, startMs: nowMs - historyDays * DAY_MS };

  // A rehearsal without clock tells how much happens, which is what the factor and the progress need.
  const measuredMs = MEASURED_DAYS * DAY_MS;
  let history = 0;
  let ahead = 0;
  for (const { deliveredAtMs } of inDeliveryOrder(simulate({ ...world, endMs: nowMs + measuredMs }))) {
    if (deliveredAtMs <= nowMs) history += 1;
    else ahead += 1;
  }
  const factor = options.compress ?? Math.max(1, (rate * measuredMs) / (1000 * ahead));
  const clock = compressedAfter(nowMs, factor);
  return { factor, history, deliveries: due(simulate({ ...world, clock, record })) };

  function* due(events: Iterable<SimulatedWebhook>): Generator<Due> {
    for (const { deliveredAtMs, event } of inDeliveryOrder(events)) yield { dueAtMs: clock(deliveredAtMs), event };
  }
}

import { Agenda } from './agenda.ts';
import type { Random } from './random.ts';
import { MINUTE_MS } from './rates.ts';

/** `duplicate`: sent twice at once. `retried`: sent again because GHL missed our answer. `late`: overtaken by later events. */
export type Fault = 'duplicate' | 'retried' | 'late';
export type FaultRates = Readonly<Record<Fault, number>>;

export const USUAL_FAULTS: FaultRates = { duplicate: 0.02, retried: 0.02, late: 0.03 };
export const NO_FAULTS: FaultRates = { duplicate: 0, retried: 0, late: 0 };

export interface DeliveryPlan {
  readonly fault: Fault | null;
  /** Virtual times, ascending; more than one when it is sent more than once. */
  readonly deliveredAtMs: readonly [number, ...number[]];
}

/** When one webhook reaches us: within seconds and once, but for the faults. */
export function planDelivery(random: Random, atMs: number, rates: FaultRates): DeliveryPlan {
  const firstMs = Math.round(atMs + Math.min(random.logNormal(1500, 0.7), MINUTE_MS));
  let draw = random.unit();
  if ((draw -= rates.late) < 0) {
    // From 5 minutes to 8 hours, short delays more often.
    const delayMs = 5 * MINUTE_MS * 96 ** random.unit();
    return { fault: 'late', deliveredAtMs: [Math.round(firstMs + delayMs)] };
  }
  if ((draw -= rates.duplicate) < 0) {
    return { fault: 'duplicate', deliveredAtMs: [firstMs, firstMs + random.int(3000)] };
  }
  if ((draw -= rates.retried) < 0) return { fault: 'retried', deliveredAtMs: [firstMs, ...retries(random, firstMs)] };
  return { fault: null, deliveredAtMs: [firstMs] };
}

/** One to three more, each about twice as long after the one before. */
function retries(random: Random, firstMs: number): number[] {
  let atMs = firstMs;
  return Array.from({ length: 1 + random.int(3) }, (_, attempt) => {
    atMs += Math.round(30_000 * 2 ** attempt * random.between(0.5, 1));
    return atMs;
  });
}

/** Sorts planned deliveries by the time they arrive. `events` must come in order of `atMs`. */
export function* inDeliveryOrder<T extends { readonly atMs: number; readonly delivery: DeliveryPlan }>(
  events: Iterable<T>,
): Generator<{ readonly deliveredAtMs: number; readonly event: T }> {
  const waiting = new Agenda<T>();
  for (const event of events) {
    // Nothing arrives before it happened, so all that arrives earlier than this event happened is known by now.
    while (waiting.nextAtMs <= event.atMs) yield* next(waiting);
    for (const atMs of event.delivery.deliveredAtMs) waiting.add(atMs, event);
  }
  while (waiting.size > 0) yield* next(waiting);
}

function* next<T>(waiting: Agenda<T>): Generator<{ readonly deliveredAtMs: number; readonly event: T }> {
  const taken = waiting.take();
  if (taken !== undefined) yield { deliveredAtMs: taken.atMs, event: taken.item };
}

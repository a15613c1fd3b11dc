import { arrive } from './arrival.ts';
import { realTime } from './clock.ts';
import { NO_FAULTS } from './deliveries.ts';
import { type Lead, newLead, type Tenant } from './people.ts';
import { Random } from './random.ts';
import { type SimulatedWebhook, World } from './world.ts';

/** What it takes to tell the life of a lead again. */
export interface Arrival {
  readonly leadId: string;
  readonly tenant: Tenant;
  readonly seed: string;
  /** Virtual epoch ms. */
  readonly atMs: number;
}

/** The life of a lead again, alone in its world: leads touch nothing of each other. */
export function retell(arrival: Arrival, untilMs: number): readonly SimulatedWebhook[] {
  const { world } = begin(arrival);
  while (world.advance(untilMs));
  return world.takeSent();
}

/** How a life may go on from a moment: another seed, another future. */
export interface Future {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly seed: string;
}

/**
 * What may happen to a lead after a moment. What could be seen until then stays as it was, and so does what the lead and
 * its agent are like and what is decided for good (whether the lead will ever meet); what was only planned is drawn anew,
 * given that it has not happened. So futures of different seeds are draws from all that could have come.
 */
export function futureOf(arrival: Arrival, { fromMs, untilMs, seed }: Future): readonly SimulatedWebhook[] {
  const { world, lead } = begin(arrival);
  while (world.advance(fromMs));
  world.nowMs = fromMs;
  world.takeSent();
  lead.random.reseed(seed);
  world.replan();
  while (world.advance(untilMs));
  return world.takeSent();
}

function begin(arrival: Arrival): { readonly world: World; readonly lead: Lead } {
  const random = new Random(`webhooks ${arrival.seed}`);
  const world = new World(arrival.atMs, {
    random,
    clock: realTime,
    faults: NO_FAULTS,
    record: () => {},
    keepsPlans: true,
  });
  const lead = newLead(arrival.tenant, new Random(arrival.seed), arrival.atMs);
  arrive(world, lead);
  return { world, lead };
}

import { mailAddressBook, type Mailings } from './address-book.ts';
import { arrive } from './arrival.ts';
import { type Clock, realTime } from './clock.ts';
import { installApp, sendUser } from './crm.ts';
import { type FaultRates, USUAL_FAULTS } from './deliveries.ts';
import { localHour } from './hours.ts';
import { brokerage, newLead, type Tenant } from './people.ts';
import { Random } from './random.ts';
import type { Arrival } from './retell.ts';
import { DAY_MS, MINUTE_MS } from './rates.ts';
import type { Truth } from './truth.ts';
import { type SimulatedWebhook, World } from './world.ts';

export interface SimulationOptions {
  readonly seed: number;
  /** Brokerages; each is one location on GHL. */
  readonly tenants: number;
  /** Virtual epoch ms at which they install the app. */
  readonly startMs: number;
  /** Virtual epoch ms after which nothing happens any more; endless without. */
  readonly endMs?: number;
  /** New leads per virtual day, over all brokerages. */
  readonly leadsPerDay: number;
  /** Newsletters beyond the leads; none without. */
  readonly mailings?: Mailings | null;
  readonly clock?: Clock;
  readonly faults?: FaultRates;
  readonly record?: (truth: Truth) => void;
  /** Hears of each new lead what it takes to tell its life again. */
  readonly arrived?: (arrival: Arrival) => void;
}

/**
 * Simulates brokerages event by event and yields the webhooks GHL would send, in order of virtual time. The same options
 * give the same stream to the byte.
 */
export function* simulate(options: SimulationOptions): Generator<SimulatedWebhook> {
  const { endMs = Infinity, clock = realTime, faults = USUAL_FAULTS, record = () => {}, arrived = () => {} } = options;
  // Worlds that begin at different times share no id, so one hub can see several.
  const random = new Random(`brokerage ${options.seed} ${options.startMs}`);
  const world = new World(options.startMs, { random: random.fork('webhooks'), clock, faults, record });
  const tenants = tenantsOf(options);
  for (const tenant of tenants) installApp(world, tenant);
  for (const tenant of tenants) {
    for (const agent of tenant.agents) world.after(MINUTE_MS, () => sendUser(world, tenant, agent));
  }
  receiveLeads(world, tenants, DAY_MS / options.leadsPerDay, random.fork('leads'), arrived);
  if (options.mailings) mailAddressBook(world, tenants, options.mailings, random.fork('mailings'));
  yield* world.takeSent();
  while (world.advance(endMs)) yield* world.takeSent();
}

/** The brokerages of a simulation. */
export function tenantsOf({ seed, tenants }: Pick<SimulationOptions, 'seed' | 'tenants'>): readonly Tenant[] {
  const random = new Random(`tenants ${seed}`);
  return Array.from({ length: tenants }, (_, index) => brokerage(index, random.fork(`tenant ${index}`)));
}

/** Leads come one by one at random times; at night only every fourth of those that would. */
function receiveLeads(
  world: World,
  tenants: readonly Tenant[],
  meanGapMs: number,
  random: Random,
  arrived: (arrival: Arrival) => void,
): void {
  // Nights take a quarter of the draws away, so draws come closer together than leads.
  const meanDrawGapMs = meanGapMs * MEAN_OPENNESS;
  world.after(random.exponential(meanDrawGapMs), () => {
    const tenant = random.share(tenants);
    if (random.chance(openness(localHour(tenant, world.nowMs)))) {
      const seed = random.forkedSeed('lead');
      const lead = newLead(tenant, new Random(seed), world.nowMs);
      arrived({ leadId: lead.id, tenant, seed, atMs: world.nowMs });
      arrive(world, lead);
    }
    receiveLeads(world, tenants, meanGapMs, random, arrived);
  });
}

function openness(hour: number): number {
  return hour >= 7 && hour < 23 ? 1 : 0.25;
}

const MEAN_OPENNESS = (16 * 1 + 8 * 0.25) / 24;

import { Agenda } from './agenda.ts';
import type { Clock } from './clock.ts';
import { type DeliveryPlan, type FaultRates, planDelivery } from './deliveries.ts';
import type { Lead, Tenant } from './people.ts';
import type { Random } from './random.ts';
import type { Milestone, Outcome, Truth } from './truth.ts';

export type Payload = Readonly<Record<string, unknown>>;

/** One event of the simulated CRM, and how it will be delivered. */
export interface SimulatedWebhook {
  /** Virtual epoch ms. The payload's times are the clock's. */
  readonly atMs: number;
  readonly tenantId: string;
  /** GHL's published name of the event, also where the payload has no `type`. */
  readonly type: string;
  readonly leadId: string | null;
  readonly webhookId: string;
  readonly payload: Payload;
  readonly delivery: DeliveryPlan;
}

/** Something that nobody can see before it happens; null: it will not happen. */
export type Plan = { readonly atMs: number; readonly step: () => void } | null;

interface Unseen {
  readonly draw: () => Plan;
  readonly plannedAtMs: number;
  plan: Plan;
}

interface Surroundings {
  readonly random: Random;
  readonly clock: Clock;
  readonly faults: FaultRates;
  readonly record: (truth: Truth) => void;
  /** Keeps plans, so that they can be drawn again. */
  readonly keepsPlans?: boolean;
}

const MOST_DRAWS = 2_000;

const APP_ID = 'demoEnterpriseHubApp01';

/** Virtual time, what is planned in it, and the CRM that sends a webhook for whatever happens. */
export class World {
  nowMs: number;
  readonly #around: Surroundings;
  readonly #agenda = new Agenda<() => void>();
  readonly #unseen = new Set<Unseen>();
  #sent: SimulatedWebhook[] = [];

  constructor(startMs: number, around: Surroundings) {
    this.nowMs = startMs;
    this.#around = around;
  }

  at(atMs: number, step: () => void): void {
    this.#agenda.add(Math.max(Math.round(atMs), this.nowMs), step);
  }

  after(delayMs: number, step: () => void): void {
    this.at(this.nowMs + delayMs, step);
  }

  /**
   * Decides by chance whether, when and what happens later. `draw` looks at nothing but chance and what was so when it
   * was first asked, so that it can be asked again.
   */
  plan(draw: () => Plan): void {
    const unseen: Unseen = { draw, plannedAtMs: this.nowMs, plan: draw() };
    if (this.#around.keepsPlans === true) this.#unseen.add(unseen);
    this.#schedule(unseen);
  }

  /**
   * Draws anew all that was planned, given that it has not happened by now: of the past there is left what could be
   * seen, and what people are like.
   */
  replan(): void {
    for (const unseen of this.#unseen) {
      const plan = this.#drawnAgain(unseen);
      if (plan === unseen.plan) continue;
      unseen.plan = plan;
      this.#schedule(unseen);
    }
  }

  #schedule(unseen: Unseen): void {
    const { plan } = unseen;
    if (plan === null) return;
    this.at(plan.atMs, () => {
      if (unseen.plan !== plan) return; // drawn again meanwhile
      this.#unseen.delete(unseen);
      plan.step();
    });
  }

  /** By rejection. What hardly ever takes so long keeps the time it had. */
  #drawnAgain({ draw, plannedAtMs, plan: former }: Unseen): Plan {
    for (let attempt = 0; attempt < MOST_DRAWS; attempt += 1) {
      const plan = draw();
      if (plan === null || Math.max(Math.round(plan.atMs), plannedAtMs) > this.nowMs) return plan;
    }
    return former;
  }

  /** Lets the next planned thing happen. False when it would be after `endMs`, or nothing is planned. */
  advance(endMs: number): boolean {
    if (this.#agenda.nextAtMs > endMs) return false;
    const next = this.#agenda.take();
    if (next === undefined) return false;
    this.nowMs = next.atMs;
    next.item();
    return true;
  }

  takeSent(): readonly SimulatedWebhook[] {
    const sent = this.#sent;
    this.#sent = [];
    return sent;
  }

  /** A virtual time as GHL writes it. */
  iso(atMs = this.nowMs): string {
    return new Date(this.#around.clock(atMs)).toISOString();
  }

  epochMs(atMs = this.nowMs): number {
    return Math.round(this.#around.clock(atMs));
  }

  /**
   * Sends a webhook. `type` is the published name, `wire` the body's `type` where it differs, null where GHL sends none.
   * The install is delivered at once and once: without it nobody knows the location.
   */
  send(tenant: Tenant, leadId: string | null, type: string, fields: Payload, wire: string | null = type): void {
    const { random, faults, record } = this.#around;
    const webhookId = random.uuid();
    const first = type === 'AppInstall';
    const delivery: DeliveryPlan = first
      ? { fault: null, deliveredAtMs: [this.nowMs] }
      : planDelivery(random, this.nowMs, faults);
    const payload = {
      ...(wire !== null && { type: wire }),
      ...(fields['altType'] === undefined && { locationId: tenant.id }),
      timestamp: this.iso(),
      webhookId,
      appId: APP_ID,
      versionId: APP_ID,
      ...fields,
    };
    this.#sent.push({ atMs: this.nowMs, tenantId: tenant.id, type, leadId, webhookId, payload, delivery });
    if (delivery.fault !== null) {
      const deliveredAtMs = delivery.deliveredAtMs.map((atMs) => this.epochMs(atMs));
      record({ kind: 'faulty delivery', webhookId, fault: delivery.fault, deliveredAtMs });
    }
  }

  record(truth: Truth): void {
    this.#around.record(truth);
  }

  milestone(lead: Lead, milestone: Milestone): void {
    this.record({ kind: 'milestone', leadId: lead.id, atMs: this.epochMs(), milestone });
  }

  /** Ends a lead's story. */
  outcome(lead: Lead, outcome: Outcome): void {
    lead.over = true;
    lead.plan += 1;
    this.record({ kind: 'outcome', leadId: lead.id, atMs: this.epochMs(), outcome });
  }
}

import { NO_FAULTS, simulate, type SimulationOptions, type SimulatedWebhook, USUAL_FAULTS } from '@hub/brokerage';
import { normalise } from '@hub/crm-ghl';
import {
  type EventLog,
  type Initials,
  initialsOf,
  knownAt,
  type KnownEvent,
  type LeadHistory,
} from './lead-history.ts';

export type Simulated = Pick<SimulationOptions, 'seed' | 'tenants' | 'startMs' | 'leadsPerDay' | 'arrived'> & {
  readonly endMs: number;
  /** With deliveries that come late or twice. */
  readonly faults?: boolean;
};

/** The events of simulated brokerages: webhooks in the forms that GHL sends, read as the hub reads them, no server between. */
export function simulatedLog({ faults = true, ...world }: Simulated): EventLog {
  return {
    name: `simulated brokerages (seed ${world.seed}, ${world.tenants} tenants, ${world.leadsPerDay} leads a day)`,
    async *histories(onProgress) {
      const webhooks = simulate({ ...world, faults: faults ? USUAL_FAULTS : NO_FAULTS });
      yield* historiesOf(watched(webhooks, world, onProgress));
    },
  };
}

/** By lead, in the order in which leads first appear. */
export function historiesOf(webhooks: Iterable<SimulatedWebhook>): readonly LeadHistory[] {
  const leads = new Map<string, { tenantId: string; leadId: string; events: KnownEvent[]; initials?: Initials }>();
  for (const webhook of webhooks) {
    const { tenantId, webhookId: eventId, payload, leadId: about } = webhook;
    if (about === null) continue;
    const receivedAtMs = webhook.delivery.deliveredAtMs[0];
    const read = normalise({ eventId, tenantId, body: Buffer.from(JSON.stringify(payload)), receivedAtMs });
    if (read.kind !== 'lead') continue;
    const lead = leads.get(read.leadId) ?? { tenantId, leadId: read.leadId, events: [] };
    leads.set(read.leadId, lead);
    const initials = initialsOf(read.contact?.name ?? null);
    if (initials !== undefined) lead.initials = initials;
    for (const event of read.events) lead.events.push({ event, knownAtMs: knownAt(event.atMs, receivedAtMs) });
  }
  return [...leads.values()];
}

function* watched(
  webhooks: Iterable<SimulatedWebhook>,
  { startMs, endMs }: Simulated,
  onProgress: (share: number) => void,
): Generator<SimulatedWebhook> {
  for (const webhook of webhooks) {
    onProgress((webhook.atMs - startMs) / (endMs - startMs));
    yield webhook;
  }
}

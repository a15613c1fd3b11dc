import type { LeadEvent, ReceivedWebhook } from '@hub/contracts';
import type { EventIds, Tx } from '@hub/database';
import { keyOf, type LeadKey } from './lead-rows.ts';
import type { EventToApply, Install } from './sort-webhooks.ts';

/** Locations that are tenants. One that was is one for good, so each is looked up once. */
export class KnownTenants {
  readonly #ids = new Set<string>();

  /** Those of `locations` that are tenants. */
  async among(tx: Tx, locations: readonly string[]): Promise<Set<string>> {
    const unsure = locations.filter((location) => !this.#ids.has(location));
    if (unsure.length > 0) {
      const rows = await tx.query<{ id: string }>({
        name: 'known-tenants',
        text: 'SELECT id FROM tenants WHERE id = ANY ($1)',
        values: [unsure],
      });
      for (const { id } of rows) this.#ids.add(id);
    }
    return new Set(locations.filter((location) => this.#ids.has(location)));
  }
}

export async function registerTenants(tx: Tx, installs: readonly Install[]): Promise<void> {
  await tx.query({
    text: 'INSERT INTO tenants (id, name) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING',
    values: [installs.map((install) => install.tenantId), installs.map((install) => install.name)],
  });
}

/** The events that no transaction applied before. */
export async function claimEvents(
  tx: Tx,
  eventIds: EventIds,
  events: readonly EventToApply[],
): Promise<EventToApply[]> {
  const claims = events.map((event) => ({
    tenantId: event.tenantId,
    eventId: event.webhook.eventId,
    receivedAtMs: event.webhook.receivedAtMs,
    event,
  }));
  return (await eventIds.claim(tx, claims)).map(({ event }) => event);
}

/**
 * Stores webhooks as events: one statement, bodies end to end in one binary value.
 * @param versions Of the decision that applies each, by lead: what is decided once more later must know no event more.
 */
export async function storeEvents(
  tx: Tx,
  events: readonly EventToApply[],
  versions: ReadonlyMap<string, number>,
): Promise<void> {
  if (events.length === 0) return;
  const { table, bodies } = withBodies(events, (event) => ({
    tenant_id: event.tenantId,
    type: event.type,
    at_ms: event.atMs,
    lead_id: event.lead?.leadId ?? null,
    lead_events: event.lead?.events ?? null,
    lead_version: event.lead === null ? null : (versions.get(keyOf(event.tenantId, event.lead.leadId)) ?? null),
  }));
  await tx.query({
    name: 'store-events',
    text: `INSERT INTO events
        (tenant_id, event_id, received_at, source, type, at, lead_id, lead_events, lead_version, headers, traceparent, body)
      SELECT tenant_id, event_id, to_timestamp(received_at_ms / 1000), source, type, to_timestamp(at_ms / 1000),
        lead_id, lead_events, lead_version, headers, traceparent, substring($2::bytea FROM body_from FOR body_bytes)
      FROM json_to_recordset($1::json) AS event (tenant_id text, event_id text, received_at_ms float8, source text,
        type text, at_ms float8, lead_id text, lead_events jsonb, lead_version int, headers jsonb, traceparent text,
        body_from int, body_bytes int)`,
    values: [JSON.stringify(table), bodies],
  });
}

/** Every stored event of the leads, for a refold. */
export async function storedEvents(tx: Tx, keys: readonly LeadKey[]): Promise<Map<string, LeadEvent[]>> {
  const rows = await tx.query<{ tenant_id: string; lead_id: string; lead_events: LeadEvent[] }>({
    name: 'events-of-leads',
    text: `SELECT tenant_id, lead_id, lead_events
      FROM unnest($1::text[], $2::text[]) AS wanted (tenant_id, lead_id) JOIN events USING (tenant_id, lead_id)`,
    values: [keys.map((key) => key.tenantId), keys.map((key) => key.leadId)],
  });
  const byLead = new Map<string, LeadEvent[]>();
  for (const row of rows) {
    const key = keyOf(row.tenant_id, row.lead_id);
    const ofLead = byLead.get(key);
    if (ofLead === undefined) byLead.set(key, [...row.lead_events]);
    else ofLead.push(...row.lead_events);
  }
  return byLead;
}

/** Rows of a statement whose bodies go along end to end in one binary value. */
export function withBodies<T extends { readonly webhook: ReceivedWebhook }>(
  items: readonly T[],
  columns: (item: T) => object,
) {
  let from = 1; // SQL counts bytes from 1
  const table = items.map((item) => {
    const { body, eventId, receivedAtMs, headers, source, traceparent } = item.webhook;
    const row = {
      ...columns(item),
      event_id: eventId,
      received_at_ms: receivedAtMs,
      source,
      headers,
      traceparent,
      body_from: from,
      body_bytes: body.length,
    };
    from += body.length;
    return row;
  });
  return { table, bodies: Buffer.concat(items.map((item) => item.webhook.body)) };
}

import { leadEvent, type LeadEvent } from '@hub/contracts';
import { type Database, epochMs } from '@hub/database';
import { describeMachine } from '@hub/intelligence/words';
import { z } from 'zod';
import { type Cursor, encodeCursor } from './cursor.ts';
import { readableBody } from './event-body.ts';
import { type Machines, machinesOn } from './machine-events.ts';

export const leadWebhook = z.object({
  eventId: z.string(),
  /** The CRM's own name for it. */
  type: z.string(),
  atMs: z.number().int(),
  receivedAtMs: z.number().int(),
  events: z.array(leadEvent),
  /** Why what it tells is held to be a machine's and counts in no score; null where nothing speaks for that. */
  machine: z.object({ reason: z.string(), text: z.string() }).nullable(),
  /** What was received: parsed JSON, else text, else base64. */
  body: z.unknown(),
  bodyEncoding: z.enum(['json', 'text', 'base64']),
});
export type LeadWebhook = z.infer<typeof leadWebhook>;

export interface EventPage {
  readonly events: readonly LeadWebhook[];
  readonly nextCursor: string | null;
}

interface EventRow {
  event_id: string;
  type: string;
  at_us: number;
  received_at_ms: number;
  lead_events: LeadEvent[] | null;
  body: Buffer;
  found: number;
}

/** A page ends early when its bodies would come to more than this: each may be 1 MiB. */
const MAX_PAGE_BYTES = 4 * 1_048_576;

const AT_US = '(extract(epoch FROM at) * 1000000)::float8';

const statement = (continues: boolean): string => `
  SELECT event_id, type, at_us, received_at_ms, lead_events, body, found::int
  FROM (
    SELECT found_events.*, count(*) OVER () AS found,
      sum(octet_length(body)) OVER (ORDER BY at_us DESC, event_id) - octet_length(body) AS bytes_before
    FROM (
      SELECT event_id, type, ${AT_US} AS at_us, lead_events, body,
        ${epochMs('received_at')} AS received_at_ms
      FROM events WHERE tenant_id = $1 AND lead_id = $2
        ${continues ? `AND ${AT_US} <= $5::float8 AND (${AT_US} < $5::float8 OR event_id > $6)` : ''}
      ORDER BY at DESC, event_id LIMIT $3
    ) AS found_events
  ) AS sized
  WHERE bytes_before < $4
  ORDER BY at_us DESC, event_id`;

/** Name of this list in cursors. */
export const EVENTS_LIST = 'events';

/**
 * What happened to one lead, newest first, with the webhooks as they were received.
 * @returns null when the tenant has no such lead.
 */
export function listLeadEvents(
  database: Database,
  request: { tenantId: string; leadId: string; limit: number; cursor: Cursor | undefined },
): Promise<EventPage | null> {
  const { tenantId, leadId, limit, cursor } = request;
  return database.asTenants([tenantId], async (tx) => {
    const lead = await tx.query({
      name: 'lead',
      text: 'SELECT 1 FROM leads WHERE tenant_id = $1 AND lead_id = $2',
      values: [tenantId, leadId],
    });
    if (lead.length === 0) return null;
    const rows = await tx.query<EventRow>({
      name: `lead-events-${cursor === undefined ? 'first' : 'next'}`,
      text: statement(cursor !== undefined),
      values: [tenantId, leadId, limit + 1, MAX_PAGE_BYTES, ...(cursor === undefined ? [] : [cursor.key, cursor.id])],
    });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const machines = await machinesOn(tx, request, page);
    return {
      events: page.map((row) => toWebhook(row, machines)),
      nextCursor:
        last === undefined || last.found === page.length
          ? null
          : encodeCursor({ list: EVENTS_LIST, key: last.at_us, id: last.event_id }),
    };
  });
}

function toWebhook(row: EventRow, machines: Machines): LeadWebhook {
  const reason = row.lead_events?.map(({ id }) => machines.get(id)).find((found) => found !== undefined);
  return {
    eventId: row.event_id,
    type: row.type,
    atMs: Math.floor(row.at_us / 1000),
    receivedAtMs: row.received_at_ms,
    events: row.lead_events ?? [],
    machine: reason === undefined ? null : { reason, text: describeMachine(reason) },
    ...readableBody(row.body),
  };
}

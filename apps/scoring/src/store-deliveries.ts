import { REPLAY_HEADER, type ReceivedWebhook } from '@hub/contracts';
import type { Tx } from '@hub/database';
import type { Pack } from './packs.ts';
import { type Place, placeOf, type Places, placesOf } from './places.ts';
import type { Outcomes, WebhookOutcome } from './settle-packs.ts';
import type { EventToApply, SortedWebhooks } from './sort-webhooks.ts';
import { storableName, indexWords } from './words.ts';

const MAX_WORDS_CHARS = 2_000;

export interface SettledDelivery {
  readonly webhook: ReceivedWebhook;
  readonly place: Place;
  readonly tenantId: string;
  readonly type: string | null;
  readonly leadId: string | null;
  readonly outcome: WebhookOutcome;
}

/** What became of each webhook of a batch. */
export function deliveriesOf(
  { apply, keep }: SortedWebhooks,
  fresh: readonly EventToApply[],
  places: Places,
): SettledDelivery[] {
  const applied = new Set(fresh);
  return [
    ...apply.map((event): SettledDelivery => {
      const { webhook, tenantId, type, lead } = event;
      const outcome = applied.has(event) ? 'applied' : 'duplicate';
      return { webhook, place: placeOf(places, webhook), tenantId, type, leadId: lead?.leadId ?? null, outcome };
    }),
    ...keep.map(({ webhook, tenantId, type, leadId, state }): SettledDelivery => ({
      webhook,
      place: placeOf(places, webhook),
      tenantId,
      type,
      leadId,
      outcome: state,
    })),
  ];
}

/** Makes deliveries findable; a pack that comes again changes nothing. */
export async function storeDeliveries(tx: Tx, deliveries: readonly SettledDelivery[], nowMs: number): Promise<void> {
  if (deliveries.length === 0) return;
  await tx.query({
    name: 'store-deliveries',
    text: `INSERT INTO deliveries (received_at, pack_sequence, pack_position, tenant_id, event_id, stored_at, settled_at,
        source, source_id, type, lead_id, outcome, attempts, replay_id, words)
      SELECT to_timestamp(received_at_ms / 1000), pack_sequence, pack_position, tenant_id, event_id,
        to_timestamp(stored_at_ms / 1000), to_timestamp($2::float8 / 1000), source, source_id, type, lead_id, outcome,
        attempts, replay_id, array_to_tsvector(words)
      FROM json_to_recordset($1::json) AS delivery (received_at_ms float8, pack_sequence bigint, pack_position int,
        tenant_id text, event_id text, stored_at_ms float8, source text, source_id text, type text, lead_id text,
        outcome text, attempts int, replay_id bigint, words text[])
      ON CONFLICT DO NOTHING`,
    values: [JSON.stringify(deliveries.map(toColumns)), nowMs],
  });
}

/**
 * What became of a batch, where some of its packs come again because one of their webhooks was tried again or a crash came
 * in between: what was settled before keeps the outcome it had then, though by now it looks like a duplicate of itself.
 */
export async function withEarlierOutcomes(tx: Tx, packs: readonly Pack[], outcomes: Outcomes): Promise<Outcomes> {
  const places = placesOf(packs.filter(({ deliveries }) => deliveries > 1));
  const again = [...places].filter(([webhook]) => !outcomes.has(webhook));
  if (again.length === 0) return outcomes;
  const rows = await tx.query<{ at: string; outcome: WebhookOutcome }>({
    name: 'earlier-outcomes',
    text: `SELECT at, outcome FROM unnest($1::float8[], $2::bigint[], $3::int[])
        WITH ORDINALITY AS place (received_at_ms, pack_sequence, pack_position, at)
      JOIN deliveries ON received_at = to_timestamp(received_at_ms / 1000)
        AND deliveries.pack_sequence = place.pack_sequence AND deliveries.pack_position = place.pack_position`,
    values: [
      again.map(([{ receivedAtMs }]) => receivedAtMs),
      again.map(([, { packSequence }]) => packSequence),
      again.map(([, { packPosition }]) => packPosition),
    ],
  });
  const earlier = rows.flatMap(({ at, outcome }) => {
    const webhook = again[Number(at) - 1]?.[0];
    return webhook === undefined ? [] : [[webhook, outcome] as const];
  });
  return new Map([...outcomes, ...earlier]);
}

function toColumns({ webhook, place, tenantId, type, leadId, outcome }: SettledDelivery) {
  return {
    received_at_ms: webhook.receivedAtMs,
    pack_sequence: place.packSequence,
    pack_position: place.packPosition,
    tenant_id: tenantId,
    event_id: webhook.eventId,
    stored_at_ms: place.storedAtMs,
    source: webhook.source,
    source_id: webhook.sourceId,
    type: storableName(type),
    lead_id: storableName(leadId),
    outcome,
    attempts: place.attempt,
    replay_id: replayOf(webhook),
    // The words of a copy are those of its first.
    words: outcome === 'duplicate' ? [] : indexWords(tenantId, webhook.body, MAX_WORDS_CHARS),
  };
}

/** The job that sent this copy; a sender cannot set the header, the gateway keeps only those it knows. */
function replayOf({ headers }: ReceivedWebhook): string | null {
  const id = headers[REPLAY_HEADER];
  return id !== undefined && /^\d{1,15}$/.test(id) ? id : null;
}

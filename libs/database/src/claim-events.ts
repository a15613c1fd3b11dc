import type { Tx } from './database.ts';

/** An event that wants to have its effect. */
export interface EventClaim {
  readonly tenantId: string;
  /** The sender's id, the same in every copy. */
  readonly eventId: string;
  /** Epoch ms when the gateway had it. */
  readonly receivedAtMs: number;
}

/**
 * Takes the ids that no transaction took before: only these events may have an effect. Of equal claims the last counts.
 * Waits for a transaction that is taking one of them now. Ids are taken in one order, so two batches cannot deadlock.
 */
export async function claimEventIds<Claim extends EventClaim>(tx: Tx, claims: readonly Claim[]): Promise<Claim[]> {
  if (claims.length === 0) return [];
  const wanted = new Map(claims.map((claim) => [keyOf(claim.tenantId, claim.eventId), claim]));
  const inOrder = [...wanted].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, claim]) => claim);
  const taken = await tx.query<{ tenant_id: string; event_id: string }>({
    name: 'claim-events',
    text: `INSERT INTO event_ids (tenant_id, event_id, received_at)
      SELECT tenant_id, event_id, to_timestamp(received_at_ms / 1000)
      FROM unnest($1::text[], $2::text[], $3::float8[]) AS claimed (tenant_id, event_id, received_at_ms)
      ON CONFLICT DO NOTHING RETURNING tenant_id, event_id`,
    values: [
      inOrder.map(({ tenantId }) => tenantId),
      inOrder.map(({ eventId }) => eventId),
      inOrder.map(({ receivedAtMs }) => receivedAtMs),
    ],
  });
  const ours = new Set(taken.map((row) => keyOf(row.tenant_id, row.event_id)));
  return [...wanted].filter(([key]) => ours.has(key)).map(([, claim]) => claim);
}

/** One text for both; tenant ids hold no line break. */
function keyOf(tenantId: string, eventId: string): string {
  return `${tenantId}\n${eventId}`;
}

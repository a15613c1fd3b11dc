import type { Tx } from '@hub/database';
import type { Inbound } from '@hub/messaging';

/**
 * Marks messages as applied in the transaction that applies them. Waits for another one that is applying one of them now.
 * @returns Those that no transaction applied before.
 */
export async function firstApplied<T>(
  tx: Tx,
  stream: string,
  messages: readonly Inbound<T>[],
): Promise<readonly Inbound<T>[]> {
  const rows = await tx.query<{ sequence: string }>({
    name: 'mark-applied',
    text: `INSERT INTO applied_messages (stream, sequence, stored_at)
      SELECT $1, sequence, to_timestamp(stored_at_ms / 1000)
      FROM unnest($2::bigint[], $3::float8[]) AS message (sequence, stored_at_ms) ORDER BY sequence
      ON CONFLICT DO NOTHING RETURNING sequence`,
    values: [stream, messages.map(({ sequence }) => sequence), messages.map(({ storedAtMs }) => storedAtMs)],
  });
  const fresh = new Set(rows.map(({ sequence }) => Number(sequence)));
  return messages.filter(({ sequence }) => fresh.has(sequence));
}

import type { KeyUse } from '@hub/contracts';
import type { Tx } from '@hub/database';

/** Adds to how often each key was used, and moves its last use forward. Keys that are gone are passed over. */
export async function addKeyUses(tx: Tx, uses: readonly KeyUse[]): Promise<void> {
  if (uses.length === 0) return;
  await tx.query({
    name: 'add-key-uses',
    text: `WITH used AS (
        SELECT "sourceId" AS source_id, "keyId" AS key_id, sum(uses) AS uses, max("lastUsedAtMs") AS at_ms
        FROM json_to_recordset($1::json) AS used ("sourceId" text, "keyId" text, uses bigint, "lastUsedAtMs" float8)
        GROUP BY "sourceId", "keyId"
      ), locked AS (
        SELECT source_id, key_id FROM source_keys JOIN used USING (source_id, key_id)
        ORDER BY source_id, key_id FOR UPDATE OF source_keys
      )
      UPDATE source_keys SET uses = source_keys.uses + used.uses,
        last_used_at = greatest(source_keys.last_used_at, to_timestamp(used.at_ms / 1000))
      FROM used JOIN locked USING (source_id, key_id)
      WHERE source_keys.source_id = used.source_id AND source_keys.key_id = used.key_id`,
    values: [JSON.stringify(uses)],
  });
}

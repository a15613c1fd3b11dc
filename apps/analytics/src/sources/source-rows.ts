import type { HmacOptions } from '@hub/contracts';
import { epochMs, type Tx } from '@hub/database';
import type { KeyedKind } from '@hub/sources';

/** Stands for the platform itself where a row needs a tenant; no tenant can have this id. */
export const PLATFORM = '_';

export interface KeyRow {
  readonly keyId: string;
  readonly sealed: string;
  readonly notBeforeMs: number | null;
  readonly notAfterMs: number | null;
  readonly revokedAtMs: number | null;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number | null;
  readonly uses: number;
}

export interface SourceRow {
  readonly sourceId: string;
  readonly tenantId: string;
  readonly kind: KeyedKind;
  readonly name: string;
  readonly state: 'active' | 'revoked';
  readonly hmac: HmacOptions | null;
  readonly version: number;
  readonly createdAtMs: number;
  /** Oldest first. */
  readonly keys: readonly KeyRow[];
}

const KEYS = `SELECT coalesce(json_agg(json_build_object('keyId', key_id, 'sealed', sealed,
    'notBeforeMs', ${epochMs('not_before')}, 'notAfterMs', ${epochMs('not_after')}, 'revokedAtMs', ${epochMs('revoked_at')},
    'createdAtMs', ${epochMs('created_at')}, 'lastUsedAtMs', ${epochMs('last_used_at')}, 'uses', uses)
    ORDER BY created_at, key_id), '[]')
  FROM source_keys WHERE source_keys.source_id = sources.source_id`;

const SOURCE = `SELECT source_id AS "sourceId", tenant_id AS "tenantId", kind, name, state, options->'hmac' AS hmac,
  version, ${epochMs('created_at')} AS "createdAtMs", (${KEYS}) AS keys FROM sources`;

/** Every source that the transaction may see, oldest first. */
export function allSources(tx: Tx): Promise<SourceRow[]> {
  return tx.query<SourceRow>({ name: 'all-sources', text: `${SOURCE} ORDER BY created_at, source_id` });
}

export function sourcesOf(tx: Tx, tenantId: string): Promise<SourceRow[]> {
  return tx.query<SourceRow>({
    name: 'sources-of-tenant',
    text: `${SOURCE} WHERE tenant_id = $1 ORDER BY created_at, source_id`,
    values: [tenantId],
  });
}

export async function findSource(tx: Tx, sourceId: string): Promise<SourceRow | null> {
  const rows = await tx.query<SourceRow>({ text: `${SOURCE} WHERE source_id = $1`, values: [sourceId] });
  return rows[0] ?? null;
}

/** Locks a source of a tenant for a change, so that two changes get two versions. @returns false when there is none. */
export async function lockSource(tx: Tx, tenantId: string, sourceId: string): Promise<boolean> {
  const rows = await tx.query({
    text: 'SELECT 1 FROM sources WHERE source_id = $1 AND tenant_id = $2 FOR UPDATE',
    values: [sourceId, tenantId],
  });
  return rows.length > 0;
}

export type NewSource = Pick<SourceRow, 'sourceId' | 'tenantId' | 'kind' | 'name' | 'hmac'>;

export async function insertSource(tx: Tx, { sourceId, tenantId, kind, name, hmac }: NewSource): Promise<void> {
  await tx.query({
    text: `INSERT INTO sources (source_id, tenant_id, kind, name, state, options) VALUES ($1, $2, $3, $4, 'active', $5)`,
    values: [sourceId, tenantId, kind, name, JSON.stringify(hmac === null ? {} : { hmac })],
  });
}

/** Makes the next version of a source that is locked. */
export async function raiseVersion(tx: Tx, sourceId: string, above = 0): Promise<void> {
  await tx.query({
    text: 'UPDATE sources SET version = greatest(version, $2) + 1 WHERE source_id = $1',
    values: [sourceId, above],
  });
}

export type NewKey = Pick<KeyRow, 'keyId' | 'sealed' | 'notBeforeMs' | 'notAfterMs'>;

export async function insertKey(tx: Tx, tenantId: string, sourceId: string, key: NewKey): Promise<void> {
  await tx.query({
    text: `INSERT INTO source_keys (source_id, key_id, tenant_id, sealed, not_before, not_after)
      VALUES ($1, $2, $3, $4, to_timestamp($5::float8 / 1000), to_timestamp($6::float8 / 1000))`,
    values: [sourceId, key.keyId, tenantId, key.sealed, key.notBeforeMs, key.notAfterMs],
  });
}

/** Ends the other keys of a source at `endMs`, where they would not end before. */
export async function endOtherKeys(tx: Tx, sourceId: string, keyId: string, endMs: number): Promise<void> {
  await tx.query({
    text: `UPDATE source_keys SET not_after = least(not_after, to_timestamp($3::float8 / 1000))
      WHERE source_id = $1 AND key_id <> $2 AND revoked_at IS NULL`,
    values: [sourceId, keyId, endMs],
  });
}

/** @returns false when the source has no such key; one that is revoked already stays as it is. */
export async function revokeKeyRow(tx: Tx, sourceId: string, keyId: string, nowMs: number): Promise<boolean> {
  const rows = await tx.query({
    text: `UPDATE source_keys SET revoked_at = coalesce(revoked_at, to_timestamp($3::float8 / 1000))
      WHERE source_id = $1 AND key_id = $2 RETURNING 1`,
    values: [sourceId, keyId, nowMs],
  });
  return rows.length > 0;
}

export async function revokeSourceRow(tx: Tx, sourceId: string): Promise<void> {
  await tx.query({ text: `UPDATE sources SET state = 'revoked' WHERE source_id = $1`, values: [sourceId] });
}

export async function tenantExists(tx: Tx, tenantId: string): Promise<boolean> {
  const rows = await tx.query({ text: 'SELECT 1 FROM tenants WHERE id = $1', values: [tenantId] });
  return rows.length > 0;
}

import { isDeepStrictEqual } from 'node:util';
import type { SourceConfiguration, SourceKey } from '@hub/contracts';
import { type KeyRow, PLATFORM, type SourceRow } from './source-rows.ts';

/** So long after its end a key is still known, so that its use is told apart from a stranger's. */
const ENDED_KEY_MS = 30 * 86_400_000;

/** What gateways are told of a source. */
export function configurationOf(source: SourceRow, nowMs: number): SourceConfiguration {
  const { sourceId, kind, name, state, hmac, version } = source;
  const tenantId = source.tenantId === PLATFORM ? null : source.tenantId;
  const keys = state === 'revoked' ? [] : source.keys.filter((key) => isRemembered(key, nowMs)).map(keyOf);
  return { sourceId, kind, tenantId, name, state, keys, hmac, version };
}

/** A revoked key was never valid: whatever a gateway's clock says, it is refused at once. */
function keyOf({ keyId, sealed, notBeforeMs, notAfterMs, revokedAtMs }: KeyRow): SourceKey {
  return { keyId, sealed, notBeforeMs, notAfterMs: revokedAtMs === null ? notAfterMs : 0 };
}

function isRemembered({ notAfterMs, revokedAtMs }: KeyRow, nowMs: number): boolean {
  return nowMs - Math.min(notAfterMs ?? Infinity, revokedAtMs ?? Infinity) < ENDED_KEY_MS;
}

export interface Announcement {
  readonly sourceId: string;
  /** Gateways know this version: a new one must be above it. */
  readonly above: number;
  /** The truth knows nothing of it: it is to be told as revoked. */
  readonly vanished: SourceConfiguration | null;
}

/**
 * What gateways must be told for the stream to say what the database says.
 * @param wanted By the database.
 * @param told Newest of each source in the stream.
 */
export function announcementsNeeded(
  wanted: readonly SourceConfiguration[],
  told: ReadonlyMap<string, SourceConfiguration>,
): Announcement[] {
  const known = new Set(wanted.map(({ sourceId }) => sourceId));
  const differing = wanted
    .filter((source) => !isDeepStrictEqual(source, told.get(source.sourceId)))
    .map(({ sourceId }) => ({ sourceId, above: told.get(sourceId)?.version ?? 0, vanished: null }));
  const vanished = [...told.values()]
    .filter(({ sourceId, state }) => !known.has(sourceId) && state === 'active')
    .map((source) => ({ sourceId: source.sourceId, above: source.version, vanished: source }));
  return [...differing, ...vanished];
}

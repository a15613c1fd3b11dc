import type { KeyWindow } from '@hub/contracts';
import { parsePublicKey, type PublicKey } from './ed25519/public-key.ts';

/** GoHighLevel's published Ed25519 key, one for all apps and locations: raw 32 bytes in base64. */
export const PLATFORM_KEY = 'i2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg=';

export interface VerificationKey extends KeyWindow {
  readonly name: string;
  readonly key: PublicKey;
}
export type KeyRing = readonly VerificationKey[];

/**
 * Reads `name=<base64>` entries, comma separated; each key is 32 raw bytes or SPKI DER. An empty text is an empty list.
 * GHL rotates its key by announcement, so several may be good at once; the platform's own comes first unless left out.
 * @throws Error naming the entry that cannot be used, or when no key is left: an empty ring would refuse everything.
 */
export function parseKeyRing(text: string, options: { readonly platformKey?: boolean } = {}): KeyRing {
  const configured = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map(parseEntry);
  const platform =
    options.platformKey === false ? [] : [{ name: 'platform', key: parsePublicKey('platform', PLATFORM_KEY) }];
  const ring = [...platform, ...configured];
  if (ring.length === 0) throw new Error('the key ring is empty: give at least one name=<base64 Ed25519 public key>');
  const names = new Set(ring.map((entry) => entry.name));
  if (names.size < ring.length) throw new Error('two keys of the ring have one name: each needs its own');
  return ring;
}

const ENTRY = /^(?<name>[\w.-]{1,40})\s*=\s*(?<key>\S+)$/;

function parseEntry(entry: string, index: number): VerificationKey {
  const { name, key } = ENTRY.exec(entry)?.groups ?? {};
  if (name === undefined || key === undefined)
    throw new Error(`entry ${index + 1} of the key ring is not name=<base64>`);
  return { name, key: parsePublicKey(name, key) };
}

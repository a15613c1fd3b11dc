import { createPublicKey, type KeyObject } from 'node:crypto';

/** DER in front of the 32 raw bytes of an Ed25519 public key (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const RAW_KEY_BYTES = 32;

/** The 32 raw bytes of an Ed25519 public key, known to be one. */
export type PublicKey = Uint8Array;

/**
 * An Ed25519 public key: 32 raw bytes or SPKI DER, in strict base64.
 * @throws Error naming the key by `name`, never quoting it.
 */
export function parsePublicKey(name: string, base64: string): PublicKey {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64') !== base64) throw new Error(`key ${name} is not strict base64`);
  const key = readDer(name, bytes.length === RAW_KEY_BYTES ? Buffer.concat([SPKI_PREFIX, bytes]) : bytes);
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`key ${name} is not an Ed25519 public key`);
  return rawPublicKey(key);
}

/** @param key An Ed25519 public key. */
export function rawPublicKey(key: KeyObject): PublicKey {
  return key.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
}

/** The same key as Node's own crypto takes it. */
export function keyObjectOf(key: PublicKey): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, key]), format: 'der', type: 'spki' });
}

function readDer(name: string, der: Buffer): KeyObject {
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch (cause) {
    throw new Error(`key ${name} is neither 32 raw bytes nor SPKI DER`, { cause });
  }
}

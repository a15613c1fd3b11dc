import { createPublicKey, type KeyObject, verify } from 'node:crypto';

/** DER in front of the 32 raw bytes of an Ed25519 public key (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const RAW_KEY_BYTES = 32;

/**
 * An Ed25519 public key: 32 raw bytes or SPKI DER, in strict base64.
 * @throws Error naming the key by `name`, never quoting it.
 */
export function parsePublicKey(name: string, base64: string): KeyObject {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64') !== base64) throw new Error(`key ${name} is not strict base64`);
  const der = bytes.length === RAW_KEY_BYTES ? Buffer.concat([SPKI_PREFIX, bytes]) : bytes;
  const key = readDer(name, der);
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`key ${name} is not an Ed25519 public key`);
  return key;
}

function readDer(name: string, der: Buffer): KeyObject {
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch (cause) {
    throw new Error(`key ${name} is neither 32 raw bytes nor SPKI DER`, { cause });
  }
}

let busyTurn = false;

/**
 * Whether `key` made `signature` over `signed`. The first check of a turn of the event loop is made at once: a lone
 * webhook need not wait for another thread. Those that come with it go to Node's thread pool, so that a burst uses every
 * core and the loop goes on meanwhile.
 */
export function signatureMatches(
  key: KeyObject,
  signed: Uint8Array,
  signature: Uint8Array,
): boolean | Promise<boolean> {
  if (busyTurn) return matchesOnPool(key, signed, signature);
  busyTurn = true;
  setImmediate(() => {
    busyTurn = false;
  });
  return verify(null, signed, key, signature);
}

function matchesOnPool(key: KeyObject, signed: Uint8Array, signature: Uint8Array): Promise<boolean> {
  return new Promise((resolve, reject) => {
    verify(null, signed, key, signature, (error, matched) => {
      if (error) reject(error);
      else resolve(matched);
    });
  });
}

import { type KeyObject, verify } from 'node:crypto';
import { createRequire } from 'node:module';
import { keyObjectOf, type PublicKey } from './public-key.ts';

/** One signature to be checked. */
export interface Check {
  readonly key: PublicKey;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

interface Sodium {
  crypto_sign_verify_detached(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
}

/** Whether `key` made `signature` over `signed` (RFC 8032, Ed25519), worked out on this thread. */
export type VerifyNow = (check: Check) => boolean;

/** By libsodium, which takes about half as long as the OpenSSL in Node. */
export function verifyBySodium(sodium: Sodium): VerifyNow {
  return ({ key, signed, signature }) => sodium.crypto_sign_verify_detached(signature, signed, key);
}

/** By Node itself. */
export function verifyByNode(): VerifyNow {
  const objects = new Map<string, KeyObject>();
  const objectOf = (key: PublicKey): KeyObject => {
    const name = Buffer.from(key).toString('latin1');
    const known = objects.get(name) ?? keyObjectOf(key);
    objects.set(name, known);
    return known;
  };
  return ({ key, signed, signature }) => verify(null, signed, objectOf(key), signature);
}

/** null where libsodium was not built for this platform. */
export function loadSodium(): Sodium | null {
  try {
    // The package has no types; what is used of it is `Sodium`.
    return createRequire(import.meta.url)('sodium-native') as Sodium;
  } catch {
    return null;
  }
}

const sodium = loadSodium();
export const isBySodium = sodium !== null;
export const verifyNow: VerifyNow = sodium === null ? verifyByNode() : verifyBySodium(sodium);

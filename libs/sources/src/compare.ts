import { createHash, timingSafeEqual } from 'node:crypto';

/** The digest by which a secret is compared: of one length, whatever the secret's. */
export function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Whether two digests are one, in a time that depends on their length alone. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Whether two secrets are one, in a time that says nothing of either. */
export function sameSecret(a: string, b: string): boolean {
  return equal(digestOf(a), digestOf(b));
}

import type { SourceKind } from '@hub/contracts';
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { parsePublicKey, type PublicKey } from '@hub/crm-ghl';
import { digestOf } from './compare.ts';
import type { StandardKey } from './standard-webhooks.ts';

const SECRET_BYTES = 32;
const MIN_SECRET_LENGTH = 16;
const MAX_SECRET_LENGTH = 512;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** What the specification of Standard Webhooks allows. */
const STANDARD_BYTES = { min: 24, max: 64 };

/** A secret or key that its kind of source cannot use; the message says why and quotes nothing. */
export class UnusableKey extends Error {
  override readonly name = 'UnusableKey';
}

/** Kinds that people configure; `ghl` is there from the start and takes more keys. */
export type KeyedKind = Exclude<SourceKind, 'probe'>;

/** How each kind's senders expect a secret to look; null where only they can make one. */
const NEW_SECRET: Readonly<Record<KeyedKind, (() => string) | null>> = {
  ghl: null,
  'ghl-workflow': () => randomBytes(SECRET_BYTES).toString('base64url'),
  'standard-webhooks': () => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`,
  hmac: () => randomBytes(SECRET_BYTES).toString('hex'),
  events: () => randomBytes(SECRET_BYTES).toString('hex'),
};

/**
 * A new random secret for a source of this kind.
 * @throws UnusableKey where the sender makes the key.
 */
export function newSecret(kind: KeyedKind): string {
  const make = NEW_SECRET[kind];
  if (make === null) throw new UnusableKey('is needed: the public key that the sender signs with');
  return make();
}

/** @throws UnusableKey when a source of this kind could not work with the secret or key. */
export function assertUsable(kind: KeyedKind, secret: string): void {
  PARSERS[kind](secret);
}

/** `whsec_` and base64 of a secret, or `whpk_` and base64 of an Ed25519 public key. @throws UnusableKey */
export function standardKey(text: string): StandardKey {
  if (text.startsWith('whpk_')) return { scheme: 'v1a', publicKey: publicKey(text.slice('whpk_'.length)) };
  const base64 = text.startsWith('whsec_') ? text.slice('whsec_'.length) : '';
  const bytes = Buffer.from(base64, 'base64');
  const fits = bytes.length >= STANDARD_BYTES.min && bytes.length <= STANDARD_BYTES.max;
  if (!BASE64.test(base64) || !fits) throw new UnusableKey('must be whsec_ and base64 of 24 to 64 bytes, or whpk_ …');
  return { scheme: 'v1', secret: createSecretKey(bytes) };
}

/** The bytes of a shared secret are those of its text. @throws UnusableKey */
export function hmacKey(text: string): KeyObject {
  return createSecretKey(Buffer.from(longEnough(text)));
}

/** What a secret that is sent along is compared by; it may stand in a URL. @throws UnusableKey */
export function secretDigest(text: string): Buffer {
  if (!/^[A-Za-z0-9_-]{16,100}$/.test(text)) throw new UnusableKey('must have 16 to 100 letters, digits, - and _');
  return digestOf(text);
}

/** @throws UnusableKey */
export function apiSecretDigest(text: string): Buffer {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new UnusableKey('must be 32 bytes in hex');
  return digestOf(text);
}

/** An Ed25519 public key in base64: 32 raw bytes or SPKI DER. @throws UnusableKey */
export function publicKey(base64: string): PublicKey {
  try {
    return parsePublicKey('given', base64);
  } catch (cause) {
    throw new UnusableKey('must be base64 of an Ed25519 public key: 32 raw bytes or SPKI DER', { cause });
  }
}

const PARSERS: Readonly<Record<KeyedKind, (text: string) => unknown>> = {
  ghl: publicKey,
  'ghl-workflow': secretDigest,
  'standard-webhooks': standardKey,
  hmac: hmacKey,
  events: apiSecretDigest,
};

function longEnough(text: string): string {
  if (text.length >= MIN_SECRET_LENGTH && text.length <= MAX_SECRET_LENGTH && !/[\s\p{Cc}]/u.test(text)) return text;
  throw new UnusableKey(`must have ${MIN_SECRET_LENGTH} to ${MAX_SECRET_LENGTH} characters without blanks`);
}

import { type KeyObject, sign as cryptoSign } from 'node:crypto';
import { isValidAt } from '@hub/contracts';
import { signatureMatches } from './ed25519/signature-matches.ts';
import type { KeyRing } from './key-ring.ts';

export const SIGNATURE_HEADER = 'x-ghl-signature';
const LEGACY_HEADER = 'x-wh-signature';

/** 64 bytes in padded base64: 86 characters, of which the last carries 2 bits and so is one of four. */
const SIGNATURE = /^[A-Za-z0-9+/]{85}[AQgw]==$/;

/** Header names in lower case, as Node gives them. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export type Verdict =
  | { readonly ok: true; readonly key: string }
  | { readonly ok: false; readonly reason: 'missing' | 'malformed' | 'mismatch' | 'expired' | 'legacyOnly' };

/** Checks `X-GHL-Signature`: Ed25519 over the raw body. The retired RSA header is named in the verdict, never accepted. */
export class SignatureCheck {
  /** The key that matched last comes first: a check costs as much as all the rest of a request. */
  #keys: KeyRing;

  constructor(keys: KeyRing) {
    this.#keys = keys;
  }

  /** @param nowMs Keys are valid or not at this time; a match with one that is not is `expired`. */
  async verify(headers: Headers, rawBody: Uint8Array, nowMs: number): Promise<Verdict> {
    const signature = valueOf(headers[SIGNATURE_HEADER]);
    if (signature === null) {
      return { ok: false, reason: valueOf(headers[LEGACY_HEADER]) === null ? 'missing' : 'legacyOnly' };
    }
    if (!SIGNATURE.test(signature)) return { ok: false, reason: 'malformed' };
    const bytes = Buffer.from(signature, 'base64');
    let outOfWindow = false;
    for (const entry of this.#keys) {
      if (!(await signatureMatches(entry.key, rawBody, bytes))) continue;
      if (!isValidAt(entry, nowMs)) {
        outOfWindow = true;
        continue;
      }
      if (entry !== this.#keys[0]) this.#keys = [entry, ...this.#keys.filter((other) => other !== entry)];
      return { ok: true, key: entry.name };
    }
    return { ok: false, reason: outOfWindow ? 'expired' : 'mismatch' };
  }
}

/** The value of `X-GHL-Signature` for a body. For the simulated CRM and for tests. */
export function sign(privateKey: KeyObject, rawBody: Uint8Array): string {
  return cryptoSign(null, rawBody, privateKey).toString('base64');
}

/** GHL sends `N/A` where it has no signature. A repeated header is joined, which no signature's pattern matches. */
function valueOf(header: Headers[string]): string | null {
  const value = typeof header === 'string' ? header : header?.join(', ');
  return value === undefined || value === '' || value === 'N/A' ? null : value;
}

import type { Check, VerifyNow } from './verify-now.ts';

const LENGTH_BYTES = 4;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const HEAD_BYTES = LENGTH_BYTES + KEY_BYTES + SIGNATURE_BYTES;

/** Writes checks one behind the other: length of what is signed (uint32), key, signature, what is signed. */
export function encodeChecks(checks: readonly Check[]): Uint8Array<ArrayBuffer> {
  const bytes = checks.reduce((sum, { signed }) => sum + HEAD_BYTES + signed.length, 0);
  const batch = new Uint8Array(bytes);
  const view = new DataView(batch.buffer);
  let at = 0;
  for (const { key, signed, signature } of checks) {
    view.setUint32(at, signed.length);
    batch.set(key, at + LENGTH_BYTES);
    batch.set(signature, at + LENGTH_BYTES + KEY_BYTES);
    batch.set(signed, at + HEAD_BYTES);
    at += HEAD_BYTES + signed.length;
  }
  return batch;
}

/** The verdict on each check of a batch, in their order: 1 where the signature matches. */
export function verdictsOf(batch: Uint8Array, verifyNow: VerifyNow): Uint8Array<ArrayBuffer> {
  const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
  const verdicts: number[] = [];
  for (let at = 0; at < batch.length;) {
    const keyAt = at + LENGTH_BYTES;
    const signedAt = at + HEAD_BYTES;
    const end = signedAt + view.getUint32(at);
    const check: Check = {
      key: batch.subarray(keyAt, keyAt + KEY_BYTES),
      signature: batch.subarray(keyAt + KEY_BYTES, signedAt),
      signed: batch.subarray(signedAt, end),
    };
    verdicts.push(verifyNow(check) ? 1 : 0);
    at = end;
  }
  return Uint8Array.from(verdicts);
}

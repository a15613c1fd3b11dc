import { createHmac, type KeyObject } from 'node:crypto';
import { type PublicKey, signatureMatches } from '@hub/crm-ghl';
import { equal } from './compare.ts';
import { headerOf, type OpenedKey, verdictOf } from './keys.ts';
import { readEvent } from './read-event.ts';
import type { IncomingEvent, Source, SourceRequest, Verdict } from './source.ts';

const ID_HEADER = 'webhook-id';
const TIMESTAMP_HEADER = 'webhook-timestamp';
const SIGNATURE_HEADER = 'webhook-signature';

/** As the specification recommends; each attempt of a retry carries its own time. */
const TOLERANCE_MS = 300_000;
/** A sender in the middle of a rotation signs with two keys; more than a few cost us and help nobody. */
const MAX_SIGNATURES = 8;

const V1 = /^v1,[A-Za-z0-9+/]{43}=$/;
const V1A = /^v1a,[A-Za-z0-9+/]{86}==$/;
const EPOCH_SECONDS = /^\d{1,12}$/;

/** `v1`: a secret, HMAC-SHA256. `v1a`: a public key, Ed25519. */
export type StandardKey =
  | { readonly scheme: 'v1'; readonly secret: KeyObject }
  | { readonly scheme: 'v1a'; readonly publicKey: PublicKey };

/** Senders that keep to standardwebhooks.com, version 1: the signature is over `<id>.<time>.<body>`. */
export class StandardWebhooksSource implements Source {
  readonly kind = 'standard-webhooks';
  readonly signedHeaders = [ID_HEADER, TIMESTAMP_HEADER, SIGNATURE_HEADER];
  readonly id: string;
  readonly #tenantId: string;
  readonly #keys: readonly OpenedKey<StandardKey>[];

  constructor(id: string, tenantId: string, keys: readonly OpenedKey<StandardKey>[]) {
    this.id = id;
    this.#tenantId = tenantId;
    this.#keys = keys;
  }

  verify({ headers, body, nowMs }: SourceRequest): Verdict | Promise<Verdict> {
    const id = headerOf(headers, ID_HEADER);
    const time = headerOf(headers, TIMESTAMP_HEADER);
    const sent = headerOf(headers, SIGNATURE_HEADER);
    if (id === null || time === null || sent === null) return { ok: false, reason: 'missing' };
    const signatures = signaturesIn(sent);
    if (signatures === null || !EPOCH_SECONDS.test(time)) return { ok: false, reason: 'malformed' };
    if (Math.abs(nowMs - Number(time) * 1_000) > TOLERANCE_MS) return { ok: false, reason: 'expired' };
    const signed = Buffer.concat([Buffer.from(`${id}.${time}.`), body]);
    return verdictOf(this.#keys, nowMs, (key) => anyMatches(key, signed, signatures));
  }

  read({ headers, body }: SourceRequest): readonly IncomingEvent[] {
    const origin = { sourceId: this.id, tenantId: this.#tenantId };
    return [readEvent(origin, body, headerOf(headers, ID_HEADER))];
  }
}

interface Signature {
  readonly scheme: StandardKey['scheme'];
  readonly bytes: Buffer;
}

/** The signatures that we can check; others are of schemes to come. Null when there is none. */
function signaturesIn(sent: string): readonly Signature[] | null {
  const known = sent
    .split(' ', MAX_SIGNATURES)
    .filter((each) => V1.test(each) || V1A.test(each))
    .map((each): Signature => {
      const [scheme, base64 = ''] = each.split(',', 2);
      return { scheme: scheme === 'v1' ? 'v1' : 'v1a', bytes: Buffer.from(base64, 'base64') };
    });
  return known.length === 0 ? null : known;
}

async function anyMatches(key: StandardKey, signed: Buffer, signatures: readonly Signature[]): Promise<boolean> {
  const candidates = signatures.filter(({ scheme }) => scheme === key.scheme);
  if (candidates.length === 0) return false;
  if (key.scheme === 'v1') {
    const mac = createHmac('sha256', key.secret).update(signed).digest();
    return candidates.some(({ bytes }) => equal(mac, bytes));
  }
  for (const { bytes } of candidates) if (await signatureMatches(key.publicKey, signed, bytes)) return true;
  return false;
}

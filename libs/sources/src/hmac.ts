import { createHmac, type KeyObject } from 'node:crypto';
import type { HmacOptions } from '@hub/contracts';
import { equal } from './compare.ts';
import { headerOf, type OpenedKey, verdictOf } from './keys.ts';
import { isOurShape } from './lead-event-body.ts';
import { readEvent } from './read-event.ts';
import type { IncomingEvent, Source, SourceRequest, Verdict } from './source.ts';

const DIGEST_BYTES = { sha1: 20, sha256: 32, sha512: 64 };
const EPOCH_SECONDS = /^\d{1,12}$/;

/** Any sender that signs with a shared secret: HMAC over the body, or over `<time>.<body>`. */
export class HmacSource implements Source {
  readonly kind = 'hmac';
  readonly signedHeaders: readonly string[];
  readonly id: string;
  readonly #tenantId: string;
  readonly #keys: readonly OpenedKey<KeyObject>[];
  readonly #options: HmacOptions;

  constructor(id: string, tenantId: string, keys: readonly OpenedKey<KeyObject>[], options: HmacOptions) {
    this.id = id;
    this.#tenantId = tenantId;
    this.#keys = keys;
    this.#options = options;
    const { signatureHeader, timestampHeader } = options;
    this.signedHeaders = timestampHeader === null ? [signatureHeader] : [signatureHeader, timestampHeader];
  }

  verify({ headers, body, nowMs }: SourceRequest): Verdict | Promise<Verdict> {
    const { signatureHeader, timestampHeader, algorithm, toleranceMs } = this.#options;
    const sent = headerOf(headers, signatureHeader);
    const time = timestampHeader === null ? null : headerOf(headers, timestampHeader);
    if (sent === null || (timestampHeader !== null && time === null)) return { ok: false, reason: 'missing' };
    const signature = this.#decode(sent);
    if (signature === null || (time !== null && !EPOCH_SECONDS.test(time))) return { ok: false, reason: 'malformed' };
    // A retry is signed anew, so a time out of bounds is somebody repeating what they overheard.
    if (time !== null && Math.abs(nowMs - Number(time) * 1_000) > toleranceMs) return { ok: false, reason: 'expired' };
    return verdictOf(this.#keys, nowMs, (secret) => {
      const mac = createHmac(algorithm, secret);
      if (time !== null) mac.update(`${time}.`);
      return equal(mac.update(body).digest(), signature);
    });
  }

  read({ body }: SourceRequest): readonly IncomingEvent[] {
    // In a shape that is not ours, `id` may be that of a person or deal, and their second change no repetition.
    const sentId = isOurShape(body) ? undefined : null;
    return [readEvent({ sourceId: this.id, tenantId: this.#tenantId }, body, sentId)];
  }

  /** The bytes of a signature; null when it is not what the options say. `Buffer.from` alone would pass over garbage. */
  #decode(sent: string): Buffer | null {
    const { prefix, algorithm, encoding } = this.#options;
    if (!sent.startsWith(prefix)) return null;
    const text = sent.slice(prefix.length);
    const bytes = Buffer.from(text, encoding);
    if (bytes.length !== DIGEST_BYTES[algorithm]) return null;
    return bytes.toString(encoding) === (encoding === 'hex' ? text.toLowerCase() : text) ? bytes : null;
  }
}

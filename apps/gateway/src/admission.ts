import type { Verdict } from '@hub/sources';

type RefusedSignature = Extract<Verdict, { ok: false }>['reason'];

/** What became of one request. */
export type Admission =
  /** On disk. */
  | { readonly kind: 'accepted'; readonly eventIds: readonly string[] }
  /** Will not be accepted however often it is sent. */
  | { readonly kind: 'refused'; readonly reason: RefusedSignature }
  /** Not known to be on disk: the sender must send it again. A copy that was stored after all has no second effect. */
  | { readonly kind: 'notNow'; readonly reason: 'overloaded' | 'notStored' };

export interface Answer {
  readonly status: 200 | 401 | 429;
  /** Sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;
  readonly body: object;
}

const MESSAGES: Record<Exclude<Admission, { kind: 'accepted' }>['reason'], string> = {
  missing: 'X-GHL-Signature is missing',
  malformed: 'X-GHL-Signature is not base64 of 64 bytes',
  mismatch: 'X-GHL-Signature does not match the body with any known key',
  legacyOnly: 'X-WH-Signature is no longer accepted: X-GHL-Signature is needed',
  expired: 'the signature is too old, or its key is no longer valid',
  otherApp: 'the webhook was sent for another app',
  overloaded: 'too much is waiting to be stored, send it again later',
  notStored: 'the webhook could not be stored, send it again later',
};

const RETRY_AFTER_SECONDS = { min: 2, max: 15 };

/**
 * How an admission is told to the sender, which retries anything but 2xx.
 * @param random In [0, 1): spreads retries, so that they do not all come at once.
 */
export function answerTo(admission: Admission, random: () => number = Math.random): Answer {
  if (admission.kind === 'accepted') {
    const [eventId] = admission.eventIds;
    return { status: 200, body: { accepted: true, eventId } };
  }
  const body = { error: { code: admission.reason, message: MESSAGES[admission.reason] } };
  if (admission.kind === 'refused') return { status: 401, body };
  const { min, max } = RETRY_AFTER_SECONDS;
  return { status: 429, retryAfterSeconds: min + Math.floor(random() * (max - min + 1)), body };
}

import type { Verdict } from '@hub/sources';

type RefusedSignature = Extract<Verdict, { ok: false }>['reason'];

/** Bounds in s, between which answers are spread so that retries do not all come at once. */
type RetryAfter = readonly [min: number, max: number];

export interface AnswerRule {
  readonly status: number;
  readonly retryAfter?: RetryAfter;
  /** What the sender is told. */
  readonly message: string;
  /** What the sender does with this answer: the reason for its status. */
  readonly sender: string;
}

/** The broker is away for seconds, or busy. */
const SOON: RetryAfter = [2, 15];
/** Until a person has entered a key. */
const AFTER_A_PERSON: RetryAfter = [60, 300];

const RETRIES_WILL_FAIL = 'retries in vain, and counts it against our URL: only a stranger or a wrong key gets here';

/**
 * Every outcome of a request and how it is told to the sender. GoHighLevel retries whatever is not 2xx, up to 12 times, and
 * stops sending to a URL of whose answers over 3 days fewer than 90 % were 2xx; it once retried 429 only. So whatever is
 * signed is answered 2xx or 429, nothing else: 2xx once it is on disk, 429 when it must come again.
 */
export const ANSWERS = {
  accepted: { status: 200, message: 'stored', sender: 'is done with it: it is on disk' },
  duplicate: { status: 200, message: 'stored before', sender: 'is done with it: its first copy is on disk' },
  slowed: { status: 200, message: 'stored', sender: 'is done with it: it is on disk, in the lane of its tenant' },
  notStored: {
    status: 429,
    retryAfter: SOON,
    message: 'the webhook could not be stored, send it again later',
    sender: 'sends it again: a copy that was stored after all has no second effect',
  },
  overloaded: {
    status: 429,
    retryAfter: SOON,
    message: 'too much is waiting to be stored, send it again later',
    sender: 'sends it again, later than it would by itself',
  },
  notKnownYet: {
    status: 429,
    retryAfter: [1, 5],
    message: 'the keys of this source are not known here yet, send it again shortly',
    sender: 'sends it again, when the keys of its source are known here',
  },
  internal: {
    status: 429,
    retryAfter: SOON,
    message: 'unexpected error, send it again later',
    sender: 'sends it again, while our log has the reason',
  },
  quarantined: {
    status: 429,
    retryAfter: AFTER_A_PERSON,
    message: 'the signature matches no known key; kept until the new key is known',
    sender: 'sends it again; if it gives up before the new key is entered, the kept bytes are taken',
  },
  suspect: {
    status: 429,
    retryAfter: AFTER_A_PERSON,
    message: 'the signature matches no known key, send it again later',
    sender: 'sends it again: its key seems to have changed, and no more can be kept meanwhile',
  },
  missing: { status: 401, message: 'the signature is missing', sender: RETRIES_WILL_FAIL },
  malformed: { status: 401, message: 'the signature is not written as it should be', sender: RETRIES_WILL_FAIL },
  mismatch: {
    status: 401,
    message: 'the signature does not match the body with any known key',
    sender: 'retries in vain until its key is entered; what a tenant speaks for is kept meanwhile',
  },
  expired: {
    status: 401,
    message: 'the signature is too old, or its key is no longer valid',
    sender: RETRIES_WILL_FAIL,
  },
  legacyOnly: {
    status: 401,
    message: 'X-WH-Signature is no longer accepted: X-GHL-Signature is needed',
    sender: RETRIES_WILL_FAIL,
  },
  otherApp: { status: 401, message: 'the webhook was sent for another app', sender: RETRIES_WILL_FAIL },
  unknownSource: { status: 401, message: 'no source has this address', sender: 'retries in vain: its URL is wrong' },
  methodNotAllowed: { status: 405, message: 'webhooks are sent with POST', sender: 'is not a sender of webhooks' },
  bodyTooLarge: {
    status: 413,
    message: 'the body is larger than can be stored',
    sender: 'retries in vain: it must send less at once',
  },
  headersTooLarge: {
    status: 431,
    message: 'the headers are larger, or more, than can be read',
    sender: 'retries in vain: it must send fewer',
  },
  slowClient: {
    status: 408,
    message: 'the request took too long to arrive',
    sender: 'sends it again over a connection that it has time for',
  },
  badRequest: {
    status: 400,
    message: 'the request could not be read',
    sender: 'retries in vain: it does not speak HTTP',
  },
} as const satisfies Record<string, AnswerRule> & Record<RefusedSignature, AnswerRule>;

/** What became of one request, as answers, metrics and tallies name it. */
export type Outcome = keyof typeof ANSWERS;
export type Refusal = Exclude<Outcome, 'accepted' | 'slowed' | 'duplicate'>;

/** What became of one request, with what its answer needs. */
export type Admission =
  | ({ readonly outcome: 'accepted' | 'slowed'; readonly eventIds: readonly string[] } & ForWhom)
  | ({ readonly outcome: 'duplicate'; readonly eventIds: readonly string[]; readonly firstSeenAtMs: number } & ForWhom)
  | ({ readonly outcome: Refusal } & ForWhom);

interface ForWhom {
  /** Of the first event; left out where it is not known who sent the request. */
  readonly tenantId?: string | null;
}

export interface Answer {
  readonly status: number;
  /** Sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;
  readonly body: object;
}

/**
 * How an admission is told to the sender.
 * @param random In [0, 1).
 */
export function answerTo(admission: Admission, random: () => number = Math.random): Answer {
  const rule: AnswerRule = ANSWERS[admission.outcome];
  if ('eventIds' in admission) return { status: rule.status, body: receipt(admission) };
  const body = { error: { code: admission.outcome, message: rule.message } };
  if (rule.retryAfter === undefined) return { status: rule.status, body };
  const [min, max] = rule.retryAfter;
  return { status: rule.status, retryAfterSeconds: min + Math.floor(random() * (max - min + 1)), body };
}

/** Without the reason of a refusal: whether there is such a source, and how it signs, is nobody's business. */
export function discreet(answer: Answer): Answer {
  return answer.status === 401 ? { status: 401, body: UNAUTHORISED } : answer;
}

const UNAUTHORISED = { error: { code: 'unauthorised', message: 'no source accepts this request' } };

function receipt(admission: Extract<Admission, { eventIds: readonly string[] }>): object {
  const [eventId] = admission.eventIds;
  const ids = admission.eventIds.length === 1 ? { eventId } : { eventIds: admission.eventIds };
  if (admission.outcome !== 'duplicate') return { accepted: true, ...ids };
  return { accepted: true, duplicate: true, firstSeenAt: new Date(admission.firstSeenAtMs).toISOString(), ...ids };
}

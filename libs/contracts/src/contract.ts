import { z } from 'zod';

/** A JetStream stream, as it is created. Durations in ms, sizes in bytes. */
export interface StreamDefinition {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly maxAgeMs: number;
  /**
   * `fsync`: the broker confirms a publish only after the write is on disk.
   * `async`: it confirms earlier; only for what can be made again from Postgres.
   */
  readonly durability: 'fsync' | 'async';
  /** Keeps only so many of the newest messages of each subject; what is older gives way. */
  readonly maxMessagesPerSubject?: number;
  /** Room on disk; a publish that finds none is refused where `whenFull` says so, else the oldest gives way. */
  readonly maxBytes?: number;
  /** `refuse` unless told otherwise for `fsync`, `dropOldest` for `async`. */
  readonly whenFull?: 'refuse' | 'dropOldest';
}

/** What one NATS subject carries. `subject` may hold `*` tokens; `subjectOf` fills them. */
export interface Contract<T> {
  readonly subject: string;
  encode(value: T): Uint8Array;
  /** @throws UnreadableMessage when the bytes are not what the contract says. */
  decode(bytes: Uint8Array): T;
}

/** A contract whose messages are kept in a JetStream stream. */
export interface StreamContract<T> extends Contract<T> {
  readonly stream: StreamDefinition;
}

/** What a consumer needs of a contract. */
export type ReadContract<T> = Omit<StreamContract<T>, 'encode'>;

/** A request and its reply over core NATS. */
export interface RequestContract<Request, Reply> {
  readonly subject: string;
  readonly request: z.ZodType<Request>;
  readonly reply: z.ZodType<Reply>;
}

/** Bytes that do not parse as their contract: trying again cannot help. */
export class UnreadableMessage extends Error {
  override readonly name = 'UnreadableMessage';
  readonly retryable = false;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** JSON encoding checked by `schema` when read; what we write ourselves is checked by the compiler. */
export function jsonCodec<T>(schema: z.ZodType<T>): Pick<Contract<T>, 'encode' | 'decode'> {
  return {
    encode: (value) => new TextEncoder().encode(JSON.stringify(value)),
    decode: (bytes) => {
      let raw: unknown;
      try {
        raw = JSON.parse(utf8.decode(bytes));
      } catch (cause) {
        throw new UnreadableMessage('not JSON', { cause });
      }
      const parsed = schema.safeParse(raw);
      if (parsed.success) return parsed.data;
      const where = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
      throw new UnreadableMessage(`does not match its schema: ${where.join('; ')}`);
    },
  };
}

const TOKEN = /^[A-Za-z0-9_-]{1,64}$/;

/** Whether `text` may stand as one token of a subject: a tenant id must. */
export function isSubjectToken(text: string): boolean {
  return TOKEN.test(text);
}

/**
 * Fills the `*` tokens of a contract's subject, left to right.
 * @throws RangeError when a token could change the subject's meaning or the count differs.
 */
export function subjectOf(contract: { readonly subject: string }, ...tokens: readonly string[]): string {
  const rest = [...tokens];
  const subject = contract.subject.replaceAll('*', () => {
    const token = rest.shift();
    if (token === undefined || !isSubjectToken(token)) throw new RangeError(`bad token for ${contract.subject}`);
    return token;
  });
  if (rest.length > 0) throw new RangeError(`too many tokens for ${contract.subject}`);
  return subject;
}

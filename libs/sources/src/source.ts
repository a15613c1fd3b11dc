import type { SourceKind } from '@hub/contracts';

/** Header names in lower case, as Node gives them. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** One request as far as a source looks at it. */
export interface SourceRequest {
  readonly headers: Headers;
  /** Exactly the bytes that were sent. */
  readonly body: Uint8Array;
  /** The last part of the path, where the URL itself carries a secret; else null. */
  readonly pathToken: string | null;
  /** Epoch ms when the whole body was there. */
  readonly nowMs: number;
}

/**
 * Who signed. `mismatch`: well-formed, but no key of the ring made it; `expired`: signed too long ago, or with a key that
 * is no longer valid; `malformed` and `missing`: nothing that could be checked; `notKnownYet`: it may be signed well, but not
 * every key of the source is known here.
 */
export type Verdict =
  | { readonly ok: true; readonly keyId: string }
  | {
      readonly ok: false;
      readonly reason: 'missing' | 'malformed' | 'mismatch' | 'expired' | 'legacyOnly' | 'otherApp' | 'notKnownYet';
    };

/** One event of a request: most requests carry one, whose body is that of the request. */
export interface IncomingEvent {
  /** The sender's id, the same in every retry; without a usable one SHA-256 (hex) of source, tenant and bytes. */
  readonly eventId: string;
  /** Null when it names none that could be a tenant. */
  readonly tenantId: string | null;
  readonly type: string | null;
  readonly body: Uint8Array;
}

/** One sender of webhooks and how it is known to be the one. All comparisons take constant time; what is unsure fails. */
export interface Source {
  readonly id: string;
  readonly kind: SourceKind;
  /** Headers that verifying a request again would need, in lower case; none of them is a secret. */
  readonly signedHeaders: readonly string[];
  verify(request: SourceRequest): Verdict | Promise<Verdict>;
  /** What a request carries, at least one event. Never throws: what cannot be read is one event of its raw bytes. */
  read(request: SourceRequest): readonly IncomingEvent[];
}

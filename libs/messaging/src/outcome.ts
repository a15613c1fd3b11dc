/** What a handler says about one message. Only the transport acts on it. */
export type Outcome =
  | { readonly kind: 'done' }
  /** Safe to forget. */
  | { readonly kind: 'drop'; readonly reason: string }
  /** May work later. */
  | { readonly kind: 'retry'; readonly afterMs: number; readonly cause?: unknown }
  /** Will never work: kept in the stream DEAD for a person. */
  | { readonly kind: 'deadLetter'; readonly reason: string };

/** One message as a handler sees it, already parsed. */
export interface Inbound<T> {
  readonly payload: T;
  readonly subject: string;
  /** Position in its stream. */
  readonly sequence: number;
  /** Epoch ms when the broker stored it: with the sequence it names a message for good, even should its stream be made anew. */
  readonly storedAtMs: number;
  /** 1 for the first delivery. */
  readonly deliveries: number;
  readonly traceparent: string | null;
}

/** What of a phase can be found in a receiver's store afterwards. */
export interface Stored {
  /** Accepted, but not there. */
  readonly lost: number;
  /** Durable writes that the phase took. */
  readonly writes: number;
}

/** Something that takes webhooks, with what it stores them in. */
export interface Receiver {
  readonly name: string;
  readonly url: string;
  /** Processes that its processor time is counted of: its own and its store's. */
  pids(): Readonly<Record<'receiver' | 'store', number>>;
  /** Looks for what was accepted since the last look. */
  check(acceptedIds: readonly string[]): Promise<Stored>;
  stop(): Promise<void>;
}

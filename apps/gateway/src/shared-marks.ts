import { type Breaker, DependencyUnavailable } from '@hub/resilience';
import type { Logger } from '@hub/telemetry';

/** What a mark is read from and written to. */
export interface MarkStore {
  /** The text of each key, or null; in their order. */
  read(keys: readonly string[]): Promise<readonly (string | null)[]>;
  /** Keeps each text for `ttlMs` unless its key has one. */
  writeNew(marks: readonly { readonly key: string; readonly text: string }[], ttlMs: number): Promise<void>;
}

/** A question under way. */
export interface LookUp {
  /** Epoch ms, once a mark was found. */
  readonly firstSeenAtMs: number | null;
}

interface OpenLookUp {
  readonly key: string;
  firstSeenAtMs: number | null;
}

/** Copies come within minutes, as retries after a lost answer do; the database knows ids for longer. */
const TTL_MS = 3_600_000;
/** Beyond this, one call would hold up Redis for everyone else. */
const KEYS_PER_CALL = 500;
/**
 * Each call costs about as much as a webhook. Answers still come before the turn of what waits long: only where packs wait
 * does it matter that one is spared.
 */
const GATHER_MS = 20;

const TEXT = /^seen:(\d{1,15})$/;

/**
 * Marks of events that are on disk, shared by all gateways. Nobody waits for them: questions and marks of a moment go
 * out together, and an answer that comes too late is of no use. Whatever fails, or cannot be read, is no mark.
 */
export class SharedMarks {
  readonly #store: MarkStore;
  readonly #breaker: Breaker;
  readonly #logger: Logger;
  #lookUps: OpenLookUp[] = [];
  #marks: { readonly key: string; readonly text: string }[] = [];
  #gathering = false;

  constructor(store: MarkStore, breaker: Breaker, logger: Logger) {
    this.#store = store;
    this.#breaker = breaker;
    this.#logger = logger;
  }

  /** @param incarnation Of the stream that must hold the event: a mark for another one is not found. */
  lookUp(incarnation: string, key: string): LookUp {
    const lookUp: OpenLookUp = { key: fullKey(incarnation, key), firstSeenAtMs: null };
    this.#lookUps.push(lookUp);
    this.#schedule();
    return lookUp;
  }

  /** Only for what is on disk. */
  add(incarnation: string, key: string, firstSeenAtMs: number): void {
    this.#marks.push({ key: fullKey(incarnation, key), text: `seen:${firstSeenAtMs}` });
    this.#schedule();
  }

  #schedule(): void {
    if (!this.#gathering) setTimeout(() => this.#send(), GATHER_MS);
    this.#gathering = true;
  }

  #send(): void {
    this.#gathering = false;
    const lookUps = this.#lookUps;
    const marks = this.#marks;
    this.#lookUps = [];
    this.#marks = [];
    for (const some of inParts(lookUps)) void this.#attempt(() => this.#ask(some));
    for (const some of inParts(marks)) void this.#attempt(() => this.#store.writeNew(some, TTL_MS));
  }

  async #ask(lookUps: readonly OpenLookUp[]): Promise<void> {
    const texts = await this.#store.read(lookUps.map(({ key }) => key));
    if (texts.length !== lookUps.length) return;
    for (const [at, lookUp] of lookUps.entries()) {
      const digits = TEXT.exec(texts[at] ?? '')?.[1];
      if (digits !== undefined) lookUp.firstSeenAtMs = Number(digits);
    }
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await this.#breaker.call(work);
    } catch (err) {
      // The breaker tells when Redis goes and comes back.
      if (!(err instanceof DependencyUnavailable)) this.#logger.debug({ err }, 'marks of duplicates were not shared');
    }
  }
}

function fullKey(incarnation: string, key: string): string {
  return `hub:seen:${incarnation}:${key}`;
}

function inParts<T>(all: readonly T[]): readonly (readonly T[])[] {
  if (all.length <= KEYS_PER_CALL) return all.length === 0 ? [] : [all];
  const parts: (readonly T[])[] = [];
  for (let from = 0; from < all.length; from += KEYS_PER_CALL) parts.push(all.slice(from, from + KEYS_PER_CALL));
  return parts;
}

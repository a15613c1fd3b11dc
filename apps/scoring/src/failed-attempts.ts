import type { Place } from './places.ts';

/** One try at a webhook that failed. */
export interface FailedAttempt {
  readonly atMs: number;
  readonly reason: string;
  readonly cause: string;
}

const MAX_WEBHOOKS = 1_000;
const MAX_ATTEMPTS = 20;

/**
 * When and why webhooks failed that are to be tried again, for the letter that may come of it. In memory: a restart
 * forgets the times, the broker still knows the number.
 */
export class FailedAttempts {
  readonly #byPlace = new Map<string, FailedAttempt[]>();

  note(place: Place, attempt: FailedAttempt): void {
    const key = keyOf(place);
    this.#byPlace.set(key, [...(this.#byPlace.get(key) ?? []), attempt].slice(-MAX_ATTEMPTS));
    // The oldest gives way: what is tried again is soon settled, one way or the other.
    const [oldest] = this.#byPlace.keys();
    if (this.#byPlace.size > MAX_WEBHOOKS && oldest !== undefined) this.#byPlace.delete(oldest);
  }

  /** All that is known, and forgets it. */
  take(place: Place): readonly FailedAttempt[] {
    const key = keyOf(place);
    const known = this.#byPlace.get(key) ?? [];
    this.#byPlace.delete(key);
    return known;
  }
}

function keyOf({ packSequence, packPosition }: Place): string {
  return `${packSequence}:${packPosition}`;
}

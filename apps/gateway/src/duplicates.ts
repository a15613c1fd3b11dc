import type { Sent } from '@hub/messaging';
import { hash } from 'node:crypto';
import { RecentHashes } from './recent-hashes.ts';
import type { LookUp, SharedMarks } from './shared-marks.ts';

/** 8 MB in all. */
const KEYS_PER_GENERATION = 50_000;
/** 132 of SHA-256's bits: two events never share a key by chance, and no one can make them. */
const KEY_CHARACTERS = 22;

/** A copy that was answered without being stored, because its first is on disk. */
export interface DuplicateCopy {
  readonly tenantId: string | null;
  readonly eventId: string;
  readonly firstSeenAtMs: number;
  readonly seenAtMs: number;
}
export type DuplicateSeen = (copy: DuplicateCopy) => void;

/** What copies of one event share. A hash, as it also stands in Redis, where ids of people's events do not belong. */
export function duplicateKey(sourceId: string, tenantId: string | null, eventId: string): string {
  // None of the first two can hold a line break, so no two events are written alike.
  return hash('sha256', `${sourceId}\n${tenantId ?? ''}\n${eventId}`, 'base64url').slice(0, KEY_CHARACTERS);
}

interface Flight {
  readonly sent: Promise<Sent>;
  readonly atMs: number;
  readonly lookUp: LookUp | null;
}

/**
 * Knows copies of webhooks, as far as memory goes: a hint that spares the broker work. Which event counts is decided in
 * the database. Nothing is called a copy before its first is on disk, and nothing for which the broker's disk is not known to
 * be the one that has it.
 */
export class Duplicates {
  readonly #marks: Pick<SharedMarks, 'lookUp' | 'add'> | null;
  readonly #recent = new RecentHashes(KEYS_PER_GENERATION, KEY_CHARACTERS);
  readonly #inFlight = new Map<string, Flight>();
  /** Of the stream that holds what is remembered. */
  #incarnation: string | null = null;
  #isKnown = false;

  /** @param marks What other gateways know, and this one knew before it was started anew. */
  constructor(marks: Pick<SharedMarks, 'lookUp' | 'add'> | null) {
    this.#marks = marks;
  }

  /** @param incarnation Of the stream that webhooks go to; null while that is not known. */
  trust(incarnation: string | null): void {
    this.#isKnown = incarnation !== null;
    if (incarnation === null || incarnation === this.#incarnation) return;
    this.#incarnation = incarnation;
    this.#recent.clear();
  }

  /**
   * Calls `write` unless the event is on disk already; a copy of one that is just being written waits for that write.
   * @param write Gets a function that tells later whether writing has become needless.
   * @returns When the first copy was seen (epoch ms); null when this is the first.
   * @throws what `write` threw, for each copy that waited for it.
   */
  async once(key: string, nowMs: number, write: (isNeedless?: () => boolean) => Promise<Sent>): Promise<number | null> {
    const seenAtMs = this.#isKnown ? this.#recent.firstSeenAtMs(key) : undefined;
    if (seenAtMs !== undefined) return seenAtMs;
    const flight = this.#inFlight.get(key);
    if (flight !== undefined) {
      await flight.sent;
      return flight.lookUp?.firstSeenAtMs ?? flight.atMs;
    }
    return this.#first(key, nowMs, write);
  }

  async #first(
    key: string,
    nowMs: number,
    write: (isNeedless?: () => boolean) => Promise<Sent>,
  ): Promise<number | null> {
    const incarnation = this.#isKnown ? this.#incarnation : null;
    const lookUp = incarnation === null ? null : (this.#marks?.lookUp(incarnation, key) ?? null);
    const isStill = (): boolean => this.#isKnown && this.#incarnation === incarnation;
    const sent = write(lookUp === null ? undefined : () => lookUp.firstSeenAtMs !== null && isStill());
    this.#inFlight.set(key, { sent, atMs: nowMs, lookUp });
    try {
      const needless = (await sent) === 'needless';
      const firstSeenAtMs = lookUp?.firstSeenAtMs ?? nowMs;
      this.#recent.add(key, firstSeenAtMs);
      if (needless) return firstSeenAtMs;
      if (incarnation !== null && isStill()) this.#marks?.add(incarnation, key, nowMs);
      return null;
    } finally {
      this.#inFlight.delete(key);
    }
  }
}

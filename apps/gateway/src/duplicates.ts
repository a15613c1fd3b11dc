import type { Sent } from '@hub/messaging';
import { hash } from 'node:crypto';
import { RecentlySeen } from './recently-seen.ts';

/** About 10 MB in all. */
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

/**
 * Knows copies of webhooks, as far as memory goes: a hint that spares the broker work. Which event counts is decided in
 * the database. Nothing is called a copy before its first is on disk.
 */
export class Duplicates {
  readonly #recent = new RecentlySeen(KEYS_PER_GENERATION);
  readonly #inFlight = new Map<string, { readonly sent: Promise<Sent>; readonly atMs: number }>();

  /**
   * Calls `write` unless the event is on disk already; a copy of one that is just being written waits for that write.
   * @returns When the first copy was seen (epoch ms); null when this is the first.
   * @throws what `write` threw, for each copy that waited for it.
   */
  async once(key: string, nowMs: number, write: (isNeedless?: () => boolean) => Promise<Sent>): Promise<number | null> {
    const seenAtMs = this.#recent.firstSeenAtMs(key);
    if (seenAtMs !== undefined) return seenAtMs;
    const first = this.#inFlight.get(key);
    if (first !== undefined) {
      await first.sent;
      return first.atMs;
    }
    const sent = write();
    this.#inFlight.set(key, { sent, atMs: nowMs });
    try {
      await sent;
      this.#recent.add(key, nowMs);
      return null;
    } finally {
      this.#inFlight.delete(key);
    }
  }
}

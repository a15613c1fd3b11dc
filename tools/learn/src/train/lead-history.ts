import type { LeadEvent } from '@hub/contracts';

/** An event, and since when we knew of it. */
export interface KnownEvent {
  readonly event: LeadEvent;
  /** Never before it happened. */
  readonly knownAtMs: number;
}

/** All that is stored of one lead, each event once, in any order. */
export interface LeadHistory {
  readonly tenantId: string;
  readonly leadId: string;
  readonly events: readonly KnownEvent[];
  /** Of the given and the family name, for nothing but the check that no input tells them; absent where no name is known. */
  readonly initials?: Initials;
}

export interface Initials {
  readonly given: string;
  readonly family: string;
}

/** Where the histories to learn from come from. */
export interface EventLog {
  /** In words, for card and manifest. */
  readonly name: string;
  /**
   * Lead by lead.
   * @param onProgress Hears now and then what share has been read.
   */
  histories(onProgress: (share: number) => void): AsyncIterable<LeadHistory>;
}

/** The first letters of a name as it is written, in capitals; undefined where there is none. */
export function initialsOf(name: string | null): Initials | undefined {
  const words = name?.toUpperCase().match(/\p{L}+/gu) ?? [];
  const [given, family] = [words[0]?.charAt(0), words.at(-1)?.charAt(0)];
  return given === undefined || family === undefined ? undefined : { given, family };
}

/** What comes later than this was not late but imported: a CRM repeats a delivery for hours, not for days. */
const LATEST_DELIVERY_MS = 24 * 3_600_000;

/**
 * Since when an event counted in features: since it was received, as in serving. An event that was brought in long after
 * it happened, by an import or a replay, counts from when it happened, else a history that was imported would teach nothing.
 */
export function knownAt(atMs: number, receivedAtMs: number): number {
  const lateMs = receivedAtMs - atMs;
  return lateMs > 0 && lateMs <= LATEST_DELIVERY_MS ? receivedAtMs : atMs;
}

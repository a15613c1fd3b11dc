import type { HubApi } from '../api/hub-api.ts';
import type { Profile, ReasonLinks, TimelineEntry } from '../api/rows.ts';
import { pause } from '../pause.ts';
import { joined } from './timeline.ts';

/** What the panel of one lead draws; it keeps what it has when something newer cannot be fetched. */
export interface LeadSnapshot {
  readonly profile: Profile | null;
  /** Null while they are not known: reasons read as well without. */
  readonly links: ReasonLinks | null;
  readonly entries: readonly TimelineEntry[];
  /** Where older entries begin; null when there are none. */
  readonly olderCursor: string | null;
  readonly loadingOlder: boolean;
  readonly missing: boolean;
  readonly problem: string | null;
}

const TIMELINE_ENTRIES = 30;
/** Pages of older entries that are fetched to show one event. */
const REVEAL_PAGES = 20;
/** The cache may answer with the version before for a moment. */
const CATCH_UP = { attempts: 6, waitMs: 150 };

/** One open lead: its profile at least as new as its row, and its timeline. One refresh is under way at a time. */
export class LeadStore {
  readonly #api: HubApi;
  readonly #tenantId: string;
  readonly #leadId: string;
  readonly #onSignedOut: () => void;
  readonly #listeners = new Set<() => void>();
  readonly #closed = new AbortController();
  #snapshot: LeadSnapshot = {
    profile: null,
    links: null,
    entries: [],
    olderCursor: null,
    loadingOlder: false,
    missing: false,
    problem: null,
  };
  #wantedVersion = 0;
  #refreshing = false;
  #wentOlder = false;

  constructor(api: HubApi, tenantId: string, leadId: string, onSignedOut: () => void) {
    this.#api = api;
    this.#tenantId = tenantId;
    this.#leadId = leadId;
    this.#onSignedOut = onSignedOut;
  }

  close(): void {
    this.#closed.abort();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): LeadSnapshot => this.#snapshot;

  /** Fetches the lead unless it is at least at `version` already. */
  async refresh(version: number): Promise<void> {
    this.#wantedVersion = Math.max(this.#wantedVersion, version);
    if (this.#refreshing) return;
    this.#refreshing = true;
    for (let attempt = 0; this.#isBehind && attempt < CATCH_UP.attempts; attempt += 1) {
      const before = this.#wantedVersion;
      if (!(await this.#fetch())) break;
      if (this.#wantedVersion > before) attempt = 0;
      if (this.#isBehind) await pause(CATCH_UP.waitMs * 2 ** attempt);
    }
    this.#refreshing = false;
  }

  /** Asks once more after a problem. */
  async retry(): Promise<void> {
    this.#update({ problem: null });
    await this.#fetch();
  }

  async older(): Promise<void> {
    const { olderCursor, loadingOlder } = this.#snapshot;
    if (olderCursor === null || loadingOlder) return;
    this.#update({ loadingOlder: true });
    const answer = await this.#events(olderCursor);
    if (this.#closed.signal.aborted) return;
    if (answer.kind === 'signedOut') this.#onSignedOut();
    if (answer.kind !== 'ok') {
      this.#update({ loadingOlder: false, problem: answer.kind === 'failed' ? answer.message : null });
      return;
    }
    this.#wentOlder = true;
    const { entries, nextCursor } = answer.value;
    this.#update({
      loadingOlder: false,
      problem: null,
      entries: joined(this.#snapshot.entries, entries),
      olderCursor: nextCursor,
    });
  }

  /** Fetches older entries until that of an event is among them. */
  async reveal(eventId: string): Promise<void> {
    const isThere = (): boolean => this.#snapshot.entries.some((entry) => entry.eventId === eventId);
    for (let page = 0; page < REVEAL_PAGES && !isThere() && this.#snapshot.olderCursor !== null; page += 1) {
      await this.older();
      if (this.#closed.signal.aborted || this.#snapshot.problem !== null) return;
    }
    if (!isThere()) this.#update({ problem: 'That event lies further back than this page reaches.' });
  }

  get #isBehind(): boolean {
    if (this.#closed.signal.aborted) return false;
    return this.#snapshot.profile === null || this.#snapshot.profile.version < this.#wantedVersion;
  }

  /** @returns Whether it is of use to ask again soon. */
  async #fetch(): Promise<boolean> {
    const [profile, events, links] = await Promise.all([
      this.#api.lead(this.#tenantId, this.#leadId, this.#closed.signal),
      this.#events(null),
      this.#api.reasonLinks(this.#tenantId, this.#leadId, this.#closed.signal),
    ]);
    if (this.#closed.signal.aborted) return false;
    if (profile.kind === 'signedOut' || events.kind === 'signedOut') {
      this.#onSignedOut();
      return false;
    }
    if (profile.kind === 'notFound') {
      this.#update({ missing: true });
      return false;
    }
    if (profile.kind === 'failed') {
      this.#update({ problem: profile.message });
      return false;
    }
    this.#update({
      profile: profile.value,
      links: links.kind === 'ok' ? links.value : null,
      missing: false,
      problem: events.kind === 'failed' ? `Timeline: ${events.message}` : null,
      ...(events.kind === 'ok' && {
        entries: joined(this.#snapshot.entries, events.value.entries),
        olderCursor: this.#wentOlder ? this.#snapshot.olderCursor : events.value.nextCursor,
      }),
    });
    return true;
  }

  #events(cursor: string | null): ReturnType<HubApi['events']> {
    return this.#api.events(this.#tenantId, this.#leadId, TIMELINE_ENTRIES, cursor, this.#closed.signal);
  }

  #update(part: Partial<LeadSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...part };
    for (const listener of this.#listeners) listener();
  }
}

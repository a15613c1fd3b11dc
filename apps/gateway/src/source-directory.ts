import type { SourceConfiguration } from '@hub/contracts';
import type { Tail } from '@hub/messaging';
import {
  GHL_SOURCE_ID,
  type GhlOptions,
  GhlSource,
  openSource,
  type Sealing,
  type Source,
  UnsureSource,
} from '@hub/sources';
import type { Logger } from '@hub/telemetry';

/** `notKnownYet`: there may be such a source, but it cannot be told here; the sender should come again. */
export type Found =
  | { readonly kind: 'source'; readonly source: Source }
  | { readonly kind: 'notKnownYet' }
  | { readonly kind: 'unknown' };

export interface SourceCounts {
  readonly active: number;
  readonly revoked: number;
  /** With a key or secret that does not open. */
  readonly disabled: number;
}

export interface DirectoryParts {
  /**
   * The stream of configurations from its beginning; whatever happens to the broker, it goes on.
   * @param onCaughtUp Called whenever everything that the stream holds was read.
   */
  readonly configurations: (onCaughtUp: () => void) => Tail<SourceConfiguration>;
  /** Null where this process was given no key to open secrets with. */
  readonly sealing: Sealing | null;
  /** What the platform's own source knows without being told. */
  readonly platform: GhlOptions;
  readonly logger: Logger;
}

interface Entry {
  readonly version: number;
  readonly state: 'active' | 'revoked' | 'disabled';
  /** Null where nothing could be made of the configuration. */
  readonly source: Source | null;
  /** For as long as not every key is known. */
  readonly unsure: Source | null;
}

/**
 * Who may send, from the stream of configurations alone: the gateway works without the database. It is in memory, so a
 * broker that is away later changes nothing.
 */
export class SourceDirectory {
  readonly #parts: DirectoryParts;
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<(sourceId: string) => void>();
  readonly #stopping = new AbortController();
  #caughtUp = false;
  #anyHeard = false;

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
    const platform = new GhlSource(parts.platform);
    this.#entries.set(GHL_SOURCE_ID, entryOf(0, platform, []));
  }

  /** Reads the stream from its beginning and goes on until `stop`. */
  async follow(): Promise<void> {
    const configurations = this.#parts.configurations(() => {
      this.#caughtUp = true;
    });
    this.#stopping.signal.addEventListener('abort', () => configurations.stop());
    for await (const { payload } of configurations) this.#learn(payload);
  }

  stop(): void {
    this.#stopping.abort();
  }

  find(sourceId: string): Found {
    const entry = this.#entries.get(sourceId);
    // A broker that lost its streams knows of no source at all: then a stranger cannot be told from a friend either.
    if (entry === undefined) return { kind: this.#caughtUp && this.#anyHeard ? 'unknown' : 'notKnownYet' };
    if (entry.state === 'revoked') return { kind: 'unknown' };
    const source = this.#caughtUp && entry.state === 'active' ? entry.source : entry.unsure;
    return source === null ? { kind: 'notKnownYet' } : { kind: 'source', source };
  }

  /** Calls `listener` with the id of each source whose keys are no longer what they were. */
  onKeysChanged(listener: (sourceId: string) => void): void {
    this.#listeners.add(listener);
  }

  /** @throws Error until every configuration that the stream held was read. */
  assertCaughtUp(): void {
    if (!this.#caughtUp) throw new Error('not every source of webhooks is known yet');
  }

  get counts(): SourceCounts {
    const counts = { active: 0, revoked: 0, disabled: 0 };
    for (const { state } of this.#entries.values()) counts[state] += 1;
    return counts;
  }

  #learn(configuration: SourceConfiguration): void {
    const { sourceId, version, state } = configuration;
    this.#anyHeard = true;
    if (version <= (this.#entries.get(sourceId)?.version ?? 0)) return;
    if (state === 'revoked') {
      this.#entries.set(sourceId, { version, state, source: null, unsure: null });
    } else {
      const { source, unusableKeys } = openSource(configuration, this.#parts.sealing, this.#parts.platform);
      this.#entries.set(sourceId, entryOf(version, source, unusableKeys));
      if (unusableKeys.length > 0) this.#tell(sourceId, unusableKeys);
    }
    for (const listener of this.#listeners) listener(sourceId);
  }

  #tell(sourceId: string, keyIds: readonly string[]): void {
    this.#parts.logger.error(
      { sourceId, keyIds },
      'keys of a source do not open: what they sign is answered 429. Is SECRETS_KEY the one that analytics has?',
    );
  }
}

function entryOf(version: number, source: Source | null, unusableKeys: readonly string[]): Entry {
  const state = source === null || unusableKeys.length > 0 ? 'disabled' : 'active';
  return { version, state, source, unsure: source === null ? null : new UnsureSource(source) };
}

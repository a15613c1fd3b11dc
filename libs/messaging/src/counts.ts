import {
  type KeyUse,
  latencyBucket,
  type MinuteTally,
  type RefusalSample,
  type SuspectTally,
  type Tally,
  UNKNOWN_TENANT,
} from '@hub/contracts';

const MINUTE_MS = 60_000;

export interface CountsLimits {
  /** Rows of (tenant, minute, path); more are counted under `_`. */
  readonly maxMinutes: number;
  /** Duplicates named one by one; further ones only count as outcomes. */
  readonly maxDuplicates: number;
  readonly maxKeys: number;
  readonly maxRefusals: number;
  readonly maxSuspects: number;
}

const LIMITS: CountsLimits = {
  maxMinutes: 4_000,
  maxDuplicates: 1_000,
  maxKeys: 1_000,
  maxRefusals: 5,
  maxSuspects: 1_000,
};

/** One answer or push. */
export interface Counted {
  readonly path: MinuteTally['path'];
  /** null: not known. */
  readonly tenantId: string | null;
  readonly outcome: string;
  readonly atMs: number;
  readonly latencyMs: number;
}

export type Counts = Pick<Tally, 'minutes' | 'duplicates' | 'keyUses' | 'refusals' | 'suspects'>;

interface MinuteRow {
  readonly tenantId: string;
  readonly minuteMs: number;
  readonly path: MinuteTally['path'];
  readonly outcomes: Map<string, number>;
  readonly latency: number[];
}

/**
 * Adds up what a service does until it is taken; what it holds is bounded, whatever comes in.
 * @param random In [0, 1): chooses which refusals stay as samples.
 */
export class CountsAccumulator {
  readonly #limits: CountsLimits;
  readonly #random: () => number;
  readonly #minutes = new Map<string, MinuteRow>();
  readonly #duplicates = new Map<string, Tally['duplicates'][number]>();
  readonly #keyUses = new Map<string, KeyUse>();
  readonly #suspects = new Map<string, SuspectTally>();
  #refusals: RefusalSample[] = [];
  #refusalsSeen = 0;

  constructor(limits: Partial<CountsLimits> = {}, random: () => number = Math.random) {
    this.#limits = { ...LIMITS, ...limits };
    this.#random = random;
  }

  count({ path, tenantId, outcome, atMs, latencyMs }: Counted): void {
    const { outcomes, latency } = this.#rowOf(path, tenantId ?? UNKNOWN_TENANT, atMs - (atMs % MINUTE_MS));
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    const bucket = latencyBucket(latencyMs);
    while (latency.length <= bucket) latency.push(0);
    latency[bucket] = (latency[bucket] ?? 0) + 1;
  }

  /** A copy that was answered without being stored. */
  duplicate(tenantId: string | null, eventId: string, firstSeenAtMs: number, atMs: number): void {
    const key = `${tenantId ?? UNKNOWN_TENANT}\n${eventId}`;
    const known = this.#duplicates.get(key);
    if (known === undefined && this.#duplicates.size >= this.#limits.maxDuplicates) return;
    this.#duplicates.set(key, {
      tenantId: tenantId ?? UNKNOWN_TENANT,
      eventId,
      firstSeenAtMs: Math.min(known?.firstSeenAtMs ?? firstSeenAtMs, firstSeenAtMs),
      lastSeenAtMs: Math.max(known?.lastSeenAtMs ?? atMs, atMs),
      copies: (known?.copies ?? 0) + 1,
    });
  }

  keyUsed(sourceId: string, keyId: string, atMs: number): void {
    const key = `${sourceId}\n${keyId}`;
    const known = this.#keyUses.get(key);
    if (known === undefined && this.#keyUses.size >= this.#limits.maxKeys) return;
    const lastUsedAtMs = Math.max(known?.lastUsedAtMs ?? atMs, atMs);
    this.#keyUses.set(key, { sourceId, keyId, lastUsedAtMs, uses: (known?.uses ?? 0) + 1 });
  }

  /** A request of a source that is suspect. @param isKept In quarantine. */
  heldBack(
    { id, kind }: { readonly id: string; readonly kind: SuspectTally['source'] },
    isKept: boolean,
    atMs: number,
  ): void {
    const known = this.#suspects.get(id);
    if (known === undefined && this.#suspects.size >= this.#limits.maxSuspects) return;
    this.#suspects.set(id, {
      sourceId: id,
      source: kind,
      firstAtMs: Math.min(known?.firstAtMs ?? atMs, atMs),
      lastAtMs: Math.max(known?.lastAtMs ?? atMs, atMs),
      heldBack: (known?.heldBack ?? 0) + 1,
      kept: (known?.kept ?? 0) + (isKept ? 1 : 0),
    });
  }

  /**
   * Every refusal has the same chance to stay as a sample (reservoir sampling, Vitter 1985, algorithm R).
   * @param sample Called only for one that stays, for now.
   */
  refused(sample: () => RefusalSample): void {
    this.#refusalsSeen += 1;
    if (this.#refusals.length < this.#limits.maxRefusals) {
      this.#refusals.push(sample());
      return;
    }
    const place = Math.floor(this.#random() * this.#refusalsSeen);
    if (place < this.#refusals.length) this.#refusals[place] = sample();
  }

  /** Everything counted since the last call, which begins anew; null when there was nothing. */
  take(): Counts | null {
    const counts: Counts = {
      minutes: [...this.#minutes.values()].map((row) => ({ ...row, outcomes: Object.fromEntries(row.outcomes) })),
      duplicates: [...this.#duplicates.values()],
      keyUses: [...this.#keyUses.values()],
      refusals: this.#refusals,
      suspects: [...this.#suspects.values()],
    };
    this.#minutes.clear();
    this.#duplicates.clear();
    this.#keyUses.clear();
    this.#suspects.clear();
    this.#refusals = [];
    this.#refusalsSeen = 0;
    return Object.values(counts).every((list: readonly unknown[]) => list.length === 0) ? null : counts;
  }

  #rowOf(path: MinuteTally['path'], tenantId: string, minuteMs: number): MinuteRow {
    const key = `${path}\n${tenantId}\n${minuteMs}`;
    const known = this.#minutes.get(key);
    if (known !== undefined) return known;
    // The rows of `_` are few: one per path and minute, however many tenants there are.
    if (this.#minutes.size >= this.#limits.maxMinutes && tenantId !== UNKNOWN_TENANT) {
      return this.#rowOf(path, UNKNOWN_TENANT, minuteMs);
    }
    const row: MinuteRow = { tenantId, minuteMs, path, outcomes: new Map(), latency: [] };
    this.#minutes.set(key, row);
    return row;
  }
}

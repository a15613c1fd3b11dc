import type { Source, SourceRequest, Verdict } from '@hub/sources';
import { setImmediate } from 'node:timers/promises';
import type { Admission } from './answers.ts';
import type { GatewayMetrics } from './gateway-metrics.ts';
import { Allowance, type AllowanceLimits } from './quarantine-allowance.ts';
import type { Precaution } from './quarantine-precaution.ts';
import { QuarantineStore, type QuarantineStoreParts } from './quarantine-store.ts';
import { afterMatches, afterMismatch, atFirstLook, type SignatureHealth } from './signature-health.ts';

const MIB = 1_048_576;

/** Of one source: the pace of a large sender for some minutes; retries of what is kept take no room. */
const ALLOWANCE: AllowanceLimits = {
  webhooksPerMinute: 10_000,
  bytesPerMinute: 16 * MIB,
  bytesInAll: 64 * MIB,
};

/** How often matches are put into a source's health; in between they are only counted. */
const LOOK_EVERY_MS = 1_000;

type RefusedSignature = Extract<Verdict, { ok: false }>['reason'];

interface Watched {
  health: SignatureHealth;
  lookedAtMs: number;
  matches: number;
  lastMatchMs: number;
  readonly allowance: Allowance;
}

export interface QuarantineParts extends QuarantineStoreParts {
  readonly metrics: Pick<GatewayMetrics, 'sourceSuspect' | 'quarantined'>;
  readonly precaution: Pick<Precaution, 'vouchedTenant' | 'take'>;
}

/**
 * Watches whether the signatures of each source match its keys. When they have stopped to, the sender has probably changed
 * its key: what comes is kept, within bounds, until a key that matches is entered. Before that only what something speaks for
 * is. None of this touches what is signed.
 */
export class Quarantine {
  readonly #parts: QuarantineParts;
  readonly #store: QuarantineStore;
  readonly #watched = new Map<string, Watched>();
  readonly #precautions = new Set<Promise<void>>();

  constructor(parts: QuarantineParts) {
    this.#parts = parts;
    this.#store = new QuarantineStore(parts);
  }

  /** On the way of every signed webhook, so it does next to nothing. */
  matched(sourceId: string, nowMs: number): void {
    const watched = this.#watched.get(sourceId) ?? this.#watch(sourceId, nowMs);
    watched.matches += 1;
    watched.lastMatchMs = nowMs;
    if (watched.health.at === 'suspect' || nowMs - watched.lookedAtMs >= LOOK_EVERY_MS)
      this.#look(sourceId, watched, nowMs);
  }

  /** What becomes of a request whose signature was refused. */
  async refuse(source: Source, request: SourceRequest, reason: RefusedSignature): Promise<Admission> {
    // Keys of our own API are made here: one that is not known will never be.
    if (reason !== 'mismatch' || source.kind === 'events') return { outcome: reason };
    const { nowMs } = request;
    const watched = this.#watched.get(source.id) ?? this.#watch(source.id, nowMs);
    this.#look(source.id, watched, nowMs);
    this.#change(source.id, watched, afterMismatch(watched.health, nowMs));
    // A secret that is sent along is never kept, and without it nothing could be checked again.
    const canBeKept = source.signedHeaders.length > 0;
    if (watched.health.at === 'trusted') {
      if (canBeKept) this.#keepAsPrecaution(source, request);
      return { outcome: reason };
    }
    const room = (bytes: number) => watched.allowance.take(bytes, nowMs);
    const isKept = canBeKept && (await this.#store.keep(source, request, 'suspect', room));
    return { outcome: isKept ? 'quarantined' : 'suspect', ...addressedTo(source, request) };
  }

  /** Resolves when what was taken is settled. */
  async close(): Promise<void> {
    await Promise.all(this.#precautions);
    await this.#store.close();
  }

  #watch(sourceId: string, nowMs: number): Watched {
    const watched: Watched = {
      health: atFirstLook(nowMs),
      lookedAtMs: nowMs,
      matches: 0,
      lastMatchMs: nowMs,
      allowance: new Allowance(ALLOWANCE),
    };
    this.#watched.set(sourceId, watched);
    return watched;
  }

  #look(sourceId: string, watched: Watched, nowMs: number): void {
    watched.lookedAtMs = nowMs;
    if (watched.matches === 0) return;
    this.#change(sourceId, watched, afterMatches(watched.health, watched.matches, watched.lastMatchMs));
    watched.matches = 0;
  }

  #change(sourceId: string, watched: Watched, health: SignatureHealth): void {
    const before = watched.health.at;
    watched.health = health;
    if (health.at === before) return;
    const { metrics, logger } = this.#parts;
    metrics.sourceSuspect.set({ source: sourceId }, health.at === 'suspect' ? 1 : 0);
    if (health.at === 'suspect') {
      watched.allowance.renew();
      logger.error(
        { sourceId },
        'signatures have stopped matching the keys of a source: enter its new key; what is signed is kept meanwhile',
      );
    } else {
      logger.info({ sourceId }, 'signatures match the keys of a source again');
    }
  }

  /** After the answer: neither that nor its time may tell a stranger who has installed the app. */
  #keepAsPrecaution(source: Source, request: SourceRequest): void {
    const work = setImmediate().then(() => this.#keepWhereVouched(source, request));
    this.#precautions.add(work);
    void work.finally(() => this.#precautions.delete(work));
  }

  async #keepWhereVouched(source: Source, request: SourceRequest): Promise<void> {
    const { precaution } = this.#parts;
    const tenantId = precaution.vouchedTenant(source, request);
    if (tenantId === null) return;
    const room = (bytes: number) => precaution.take(tenantId, bytes, request.nowMs);
    await this.#store.keep(source, request, 'precaution', room);
  }
}

/** Whose source it is that has stopped matching. What an unsigned body says at the public address is no one's. */
function addressedTo(source: Source, request: SourceRequest): Pick<Admission, 'tenantId'> {
  return source.kind === 'ghl' ? {} : { tenantId: source.read(request)[0]?.tenantId ?? null };
}

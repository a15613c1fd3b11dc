import type { SourceKind } from '@hub/contracts';
import { CountsAccumulator, type Publisher, TallySender } from '@hub/messaging';
import { type Logger, maskedStart } from '@hub/telemetry';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { type Admission, ANSWERS, type Outcome } from './answers.ts';
import type { DuplicateCopy } from './duplicates.ts';

/** One request and how it was answered. */
export interface Answered {
  readonly admission: Admission;
  /** null where no source has the address. */
  readonly source: { readonly id: string; readonly kind: SourceKind } | null;
  readonly body: Uint8Array;
  readonly atMs: number;
  /** From having the whole body to the answer. */
  readonly latencyMs: number;
}

/** How requests of a source are answered whose key seems to have changed. */
const HELD_BACK: ReadonlySet<Outcome> = new Set(['quarantined', 'suspect']);

const LOG_EVERY_MS = 10_000;

/**
 * Counts answers per tenant and minute, copies, uses of keys, and keeps samples of refused requests. What is told of those
 * is masked: enough to see why, nothing to identify anyone.
 */
export class AnswerTally implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #counts = new CountsAccumulator();
  readonly #sender: TallySender;
  readonly #logger: Logger;
  #loggedAtMs = Number.NEGATIVE_INFINITY;
  #refusedSince = 0;

  constructor(publisher: Pick<Publisher, 'publish'>, logger: Logger) {
    this.#logger = logger;
    this.#sender = new TallySender({ service: 'gateway', counts: this.#counts, publisher, logger });
  }

  onApplicationBootstrap(): void {
    this.#sender.start();
  }

  answered(answered: Answered): void {
    const { admission, source, atMs, latencyMs } = answered;
    const { outcome, tenantId = null } = admission;
    this.#counts.count({ path: 'ack', tenantId, outcome, atMs, latencyMs });
    if (source !== null && HELD_BACK.has(outcome)) this.#counts.heldBack(source, outcome === 'quarantined', atMs);
    const { status } = ANSWERS[outcome];
    if (status >= 400 && status !== 429) this.#refused(answered);
  }

  duplicate({ tenantId, eventId, firstSeenAtMs, seenAtMs }: DuplicateCopy): void {
    this.#counts.duplicate(tenantId, eventId, firstSeenAtMs, seenAtMs);
  }

  keyUsed(sourceId: string, keyId: string, nowMs: number): void {
    this.#counts.keyUsed(sourceId, keyId, nowMs);
  }

  /** HTTP is closed by now: nothing more is counted. */
  onApplicationShutdown(): Promise<void> {
    return this.#sender.stop();
  }

  #refused({ admission, source, body, atMs }: Answered): void {
    const sample = () => ({
      source: source?.kind ?? null,
      sourceId: source?.id ?? null,
      reason: admission.outcome,
      atMs,
      maskedStart: maskedStart(body),
    });
    this.#counts.refused(sample);
    this.#refusedSince += 1;
    if (atMs - this.#loggedAtMs < LOG_EVERY_MS) return;
    this.#logger.info({ ...sample(), refusedSinceLast: this.#refusedSince }, 'refused a request');
    this.#loggedAtMs = atMs;
    this.#refusedSince = 0;
  }
}

import type { IncomingEvent, Source, SourceRequest, Verdict } from './source.ts';

/**
 * A source of which not every key is known here, be it that we are starting or that a secret does not open. What no known
 * key made may have been made by that one: the fault is ours, so the sender is asked to come again.
 */
export class UnsureSource implements Source {
  readonly id: string;
  readonly kind: Source['kind'];
  readonly signedHeaders: readonly string[];
  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
    this.id = source.id;
    this.kind = source.kind;
    this.signedHeaders = source.signedHeaders;
  }

  async verify(request: SourceRequest): Promise<Verdict> {
    const verdict = await this.#source.verify(request);
    const another = !verdict.ok && (verdict.reason === 'mismatch' || verdict.reason === 'expired');
    return another ? { ok: false, reason: 'notKnownYet' } : verdict;
  }

  read(request: SourceRequest): readonly IncomingEvent[] {
    return this.#source.read(request);
  }
}

import { digestOf, equal } from './compare.ts';
import { elementsOf } from './elements.ts';
import { headerOf, type OpenedKey, verdictOf } from './keys.ts';
import { readEvent } from './read-event.ts';
import type { Headers, IncomingEvent, Source, SourceRequest, Verdict } from './source.ts';

/** What one request may carry; each event is stored and settled by itself. */
export const MAX_BATCH_EVENTS = 1_000;

const BEARER = /^Bearer hub_(?<sourceId>[A-Za-z0-9_-]{1,64})_(?<secret>[0-9a-f]{64})$/i;

export interface ApiKey {
  readonly sourceId: string;
  /** 32 random bytes in hex. */
  readonly secret: string;
}

/** The key as its owner sends it, behind `Authorization: Bearer`. */
export function apiKeyText({ sourceId, secret }: ApiKey): string {
  return `hub_${sourceId}_${secret}`;
}

/** What `Authorization` says; null when it is missing, `malformed` when it holds no key of ours. */
export function apiKeyOf(headers: Headers): ApiKey | 'malformed' | null {
  const value = headerOf(headers, 'authorization');
  if (value === null) return null;
  const { sourceId, secret } = BEARER.exec(value)?.groups ?? {};
  return sourceId === undefined || secret === undefined ? 'malformed' : { sourceId, secret: secret.toLowerCase() };
}

/** Our own API: one event or an array of them, sent with a bearer key that names its source. */
export class EventsSource implements Source {
  readonly kind = 'events';
  readonly signedHeaders = [];
  readonly id: string;
  readonly #tenantId: string;
  readonly #keys: readonly OpenedKey<Buffer>[];

  /** @param keys Digests of the secrets. */
  constructor(id: string, tenantId: string, keys: readonly OpenedKey<Buffer>[]) {
    this.id = id;
    this.#tenantId = tenantId;
    this.#keys = keys;
  }

  verify({ headers, nowMs }: SourceRequest): Verdict | Promise<Verdict> {
    const key = apiKeyOf(headers);
    if (key === null) return { ok: false, reason: 'missing' };
    if (key === 'malformed') return { ok: false, reason: 'malformed' };
    if (key.sourceId !== this.id) return { ok: false, reason: 'mismatch' };
    const digest = digestOf(key.secret);
    return verdictOf(this.#keys, nowMs, (known) => equal(known, digest));
  }

  read({ body }: SourceRequest): readonly IncomingEvent[] {
    return eventsIn(body).map((event) => readEvent({ sourceId: this.id, tenantId: this.#tenantId }, event));
  }
}

/** What is no batch of a size that we take is one event: it was sent by one who may, so it is stored for people to see. */
function eventsIn(body: Uint8Array): readonly Uint8Array[] {
  const count = batchSize(body);
  return count > 0 && count <= MAX_BATCH_EVENTS ? elementsOf(body) : [body];
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function batchSize(body: Uint8Array): number {
  try {
    const value: unknown = JSON.parse(utf8.decode(body));
    return Array.isArray(value) ? value.length : 0;
  } catch {
    return 0; // Not JSON: no batch.
  }
}

import type { StoredWebhook } from '@hub/contracts';
import { Database } from '@hub/database';
import { LOGGER, type Logger } from '@hub/telemetry';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LookBudget } from './look-budget.ts';
import { shapeOf } from './shape.ts';
import { storeShapes, type WatchedType } from './store-shapes.ts';
import { joined, typeShapeOf } from './type-shape.ts';

const FLUSH_EVERY_MS = 3_000;
/** A type's name goes into a key and before people: what else stands there is no name. */
const TYPE_NAME = /^[\w.:/ -]{1,80}$/;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Watches what sources send. Sums are kept in memory and added to the database every few seconds; a killed process loses
 * the looks of those seconds, which the next bodies of the same shape make good.
 */
@Injectable()
export class SchemaWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #budget = new LookBudget();
  #watched = new Map<string, WatchedType>();
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.flush(), FLUSH_EVERY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  look(webhooks: readonly StoredWebhook[], nowMs: number): void {
    for (const webhook of webhooks) {
      if (webhook.source === 'probe') continue;
      const weight = this.#budget.weightOf(webhook.sourceId, nowMs);
      const body = weight === 0 ? undefined : parsed(webhook.body);
      if (body === undefined) continue;
      const shape = typeShapeOf(shapeOf(body), webhook.receivedAtMs, weight);
      this.#add({ source: webhook.source, sourceId: webhook.sourceId, type: typeOf(body), shape });
    }
  }

  /** Never rejects: what could not be stored is stored with what comes next. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#flush());
    return this.#flushing;
  }

  async #flush(): Promise<void> {
    if (this.#watched.size === 0) return;
    const flushed = this.#watched;
    this.#watched = new Map();
    try {
      await storeShapes(this.database, [...flushed.values()]);
    } catch (error) {
      this.logger.warn({ err: error }, 'shapes of payloads wait for the database');
      const later = this.#watched;
      this.#watched = flushed;
      for (const type of later.values()) this.#add(type);
    }
  }

  #add(more: WatchedType): void {
    const key = `${more.sourceId}\n${more.type}`;
    const known = this.#watched.get(key);
    this.#watched.set(key, known === undefined ? more : { ...known, shape: joined(known.shape, more.shape) });
  }
}

/** undefined: no JSON; dead letters tell of those. */
function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    return undefined; // Not JSON.
  }
}

/** The body's own `type`; `(none)` without one, `(other)` where that is no name. */
function typeOf(body: unknown): string {
  const type: unknown = typeof body === 'object' && body !== null && 'type' in body ? body.type : undefined;
  if (typeof type !== 'string') return '(none)';
  return TYPE_NAME.test(type) ? type : '(other)';
}

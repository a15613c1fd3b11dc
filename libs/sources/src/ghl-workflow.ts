import { isObject, parseBody } from '@hub/crm-ghl';
import { digestOf, equal } from './compare.ts';
import { eventIdOf } from './event-id.ts';
import { headerOf, type OpenedKey, verdictOf } from './keys.ts';
import type { IncomingEvent, Source, SourceRequest, Verdict } from './source.ts';

export const WORKFLOW_SECRET_HEADER = 'x-hub-secret';

/** Longer ones are not looked at: no secret of ours is. */
const MAX_SECRET_LENGTH = 512;

/**
 * The Webhook action of a GoHighLevel workflow, which signs nothing: the shared secret itself comes, in a header or, where
 * headers cannot be set, as the last part of the URL.
 */
export class GhlWorkflowSource implements Source {
  readonly kind = 'ghl-workflow';
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

  verify({ headers, pathToken, nowMs }: SourceRequest): Verdict | Promise<Verdict> {
    const secret = headerOf(headers, WORKFLOW_SECRET_HEADER) ?? pathToken;
    if (secret === null) return { ok: false, reason: 'missing' };
    if (secret.length > MAX_SECRET_LENGTH) return { ok: false, reason: 'malformed' };
    const digest = digestOf(secret);
    return verdictOf(this.#keys, nowMs, (known) => equal(known, digest));
  }

  read({ body }: SourceRequest): readonly IncomingEvent[] {
    const origin = { sourceId: this.id, tenantId: this.#tenantId };
    return [{ eventId: eventIdOf(origin, sentId(body), body), tenantId: this.#tenantId, type: null, body }];
  }
}

/** An id that the workflow's author added; GoHighLevel gives none. */
function sentId(body: Uint8Array): string | null {
  const parsed = parseBody(body);
  const custom = parsed.ok ? parsed.payload['customData'] : null;
  const id = isObject(custom) ? custom['event_id'] : null;
  return typeof id === 'string' && id !== '' ? id : null;
}

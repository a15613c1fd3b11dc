import { identify, type KeyRing, SIGNATURE_HEADER, SignatureCheck } from '@hub/crm-ghl';
import type { IncomingEvent, Source, SourceRequest, Verdict } from './source.ts';

export const GHL_SOURCE_ID = 'ghl';

export interface GhlOptions {
  readonly keys: KeyRing;
  /** Only webhooks sent for this app are taken; null: those for any. */
  readonly appId: string | null;
}

/** The platform's own webhooks: Ed25519 over the raw body, the tenant named in it. */
export class GhlSource implements Source {
  readonly id = GHL_SOURCE_ID;
  readonly kind = 'ghl';
  readonly signedHeaders = [SIGNATURE_HEADER];
  readonly #signatures: SignatureCheck;
  readonly #appId: string | null;

  constructor({ keys, appId }: GhlOptions) {
    this.#signatures = new SignatureCheck(keys);
    this.#appId = appId;
  }

  async verify({ headers, body, nowMs }: SourceRequest): Promise<Verdict> {
    const verdict = await this.#signatures.verify(headers, body, nowMs);
    if (!verdict.ok) return verdict;
    const { appId } = identify(body);
    // A body that names no app was signed all the same, so it is taken.
    if (this.#appId !== null && appId !== null && appId !== this.#appId) return { ok: false, reason: 'otherApp' };
    return { ok: true, keyId: verdict.key };
  }

  read({ body }: SourceRequest): readonly IncomingEvent[] {
    const { eventId, tenantId, type } = identify(body);
    return [{ eventId, tenantId, type, body }];
  }
}

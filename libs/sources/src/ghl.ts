import { identify, type Identity, type KeyRing, SIGNATURE_HEADER, SignatureCheck } from '@hub/crm-ghl';
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
  /** A body is looked into twice: to check who sent it, and to take it. */
  readonly #identities = new WeakMap<Uint8Array, Identity>();

  constructor({ keys, appId }: GhlOptions) {
    this.#signatures = new SignatureCheck(keys);
    this.#appId = appId;
  }

  async verify({ headers, body, nowMs }: SourceRequest): Promise<Verdict> {
    const verdict = await this.#signatures.verify(headers, body, nowMs);
    if (!verdict.ok) return verdict;
    if (this.#appId !== null && this.#isForOther(body, this.#appId)) return { ok: false, reason: 'otherApp' };
    return { ok: true, keyId: verdict.key };
  }

  read({ body }: SourceRequest): readonly IncomingEvent[] {
    const { eventId, tenantId, type } = this.#identityOf(body);
    return [{ eventId, tenantId, type, body }];
  }

  /** A body that names no app was signed all the same, so it is taken. */
  #isForOther(body: Uint8Array, ours: string): boolean {
    const { appId } = this.#identityOf(body);
    return appId !== null && appId !== ours;
  }

  #identityOf(body: Uint8Array): Identity {
    const identity = this.#identities.get(body) ?? identify(body);
    this.#identities.set(body, identity);
    return identity;
  }
}

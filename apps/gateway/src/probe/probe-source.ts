import { rawPublicKey, sign, SIGNATURE_HEADER, SignatureCheck } from '@hub/crm-ghl';
import type { IncomingEvent, Source, SourceRequest, Verdict } from '@hub/sources';
import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';

export const PROBE_SOURCE_ID = 'probe';

/** A request that a gateway sends to itself. */
export interface Probe {
  readonly eventId: string;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The gateway as a sender of its own: signs and checks as the platform does, with a key that is made at start and never
 * leaves the process. What it sends is stored like any webhook, and has no effect.
 */
export class ProbeSource implements Source {
  readonly id = PROBE_SOURCE_ID;
  readonly kind = 'probe';
  readonly signedHeaders = [SIGNATURE_HEADER];
  readonly #privateKey: KeyObject;
  readonly #signatures: SignatureCheck;

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    this.#privateKey = privateKey;
    this.#signatures = new SignatureCheck([{ name: PROBE_SOURCE_ID, key: rawPublicKey(publicKey) }]);
  }

  /** A new one, signed. */
  make(): Probe {
    const eventId = randomUUID();
    const body = Buffer.from(JSON.stringify({ type: 'probe', webhookId: eventId }));
    const headers = { 'content-type': 'application/json', [SIGNATURE_HEADER]: sign(this.#privateKey, body) };
    return { eventId, body, headers };
  }

  async verify({ headers, body, nowMs }: SourceRequest): Promise<Verdict> {
    const verdict = await this.#signatures.verify(headers, body, nowMs);
    // The key never changes: what another key signed is a stranger's, and not worth keeping until that key is known.
    return verdict.ok ? { ok: true, keyId: verdict.key } : { ok: false, reason: 'malformed' };
  }

  read({ body }: SourceRequest): readonly IncomingEvent[] {
    const { webhookId } = JSON.parse(Buffer.from(body).toString()) as { webhookId: string };
    return [{ eventId: webhookId, tenantId: null, type: 'probe', body }];
  }
}

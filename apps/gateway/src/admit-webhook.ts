import { type Headers, identify, type SignatureCheck } from '@hub/crm-ghl';
import { Overloaded } from '@hub/messaging';
import { continueTrace } from '@hub/telemetry';
import type { ReceivedWebhook } from '@hub/contracts';
import type { Admission } from './admission.ts';
import { keptHeaders } from './kept-headers.ts';

export interface Arrival {
  readonly headers: Headers;
  /** Exactly the bytes that were sent. */
  readonly body: Uint8Array;
  /** Epoch ms when the whole body was there. */
  readonly nowMs: number;
}

export interface AdmitParts {
  readonly signatures: Pick<SignatureCheck, 'verify'>;
  /** Only webhooks sent for this app are admitted; null: those for any. */
  readonly appId: string | null;
  readonly inbox: { send(webhook: ReceivedWebhook): Promise<void> };
}

/**
 * Takes one webhook: checks who signed it and for whom, and has it stored. What it says is not looked into here: a
 * body that nobody understands is stored like any other, so that it can be replayed after a fix.
 */
export async function admitWebhook(parts: AdmitParts, { headers, body, nowMs }: Arrival): Promise<Admission> {
  const verdict = await parts.signatures.verify(headers, body);
  if (!verdict.ok) return { kind: 'refused', reason: verdict.reason };
  const { eventId, tenantId, appId } = identify(body);
  // A body that names no app was signed all the same, so it is kept.
  if (parts.appId !== null && appId !== null && appId !== parts.appId) return { kind: 'refused', reason: 'otherApp' };
  try {
    await parts.inbox.send({
      eventId,
      tenantId,
      source: 'ghl',
      receivedAtMs: nowMs,
      headers: keptHeaders(headers),
      traceparent: continueTrace(traceparentOf(headers)),
      body,
    });
    return { kind: 'accepted', eventId };
  } catch (error) {
    return { kind: 'notNow', reason: error instanceof Overloaded ? 'overloaded' : 'notStored' };
  }
}

function traceparentOf(headers: Headers): string | undefined {
  const value = headers['traceparent'];
  return typeof value === 'string' ? value : undefined;
}

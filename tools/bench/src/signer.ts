import { createPrivateKey } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { payloadStream } from '@hub/brokerage';
import { identify, sign } from '@hub/crm-ghl';
import { requestOf } from './http-load.ts';
import type { BodyKind, SignedPart } from './signed-batch.ts';

/** What a signer's thread is started with. */
export interface SignerOptions {
  /** Another one makes other ids. */
  readonly seed: number;
  readonly tenants: readonly string[];
  /** PEM. */
  readonly privateKey: string;
  /** Gives path and `host` header of the requests. */
  readonly url: string;
}

export interface SignOrder {
  readonly count: number;
  readonly kind: BodyKind;
}

interface Body {
  readonly eventId: string;
  readonly body: Buffer;
}

function signer({ seed, tenants, privateKey, url }: SignerOptions): (order: SignOrder) => SignedPart {
  const key = createPrivateKey(privateKey);
  const target = new URL(url);
  const payloads = payloadStream(seed, tenants);
  const next: Record<BodyKind, () => Body> = {
    events: () => payloads.next(Date.now()),
    parked: () => ofUnknownType(payloads.next(Date.now()).body),
  };
  return ({ count, kind }) => {
    const bodies = Array.from({ length: count }, next[kind]);
    const requests = bodies.map(({ body }) => requestOf(target, body, sign(key, body)));
    return { ...joined(requests), eventIds: bodies.map(({ eventId }) => eventId) };
  };
}

/** As when the platform has a new kind of webhook: it is stored, and parked until somebody knows what to make of it. */
function ofUnknownType(known: Buffer): Body {
  const fields: unknown = JSON.parse(known.toString());
  const body = Buffer.from(JSON.stringify({ ...(fields as object), type: 'TypeOfTomorrow' }));
  return { eventId: identify(body).eventId, body };
}

function joined(requests: readonly Buffer[]): Pick<SignedPart, 'bytes' | 'offsets'> {
  const offsets = new Uint32Array(requests.length + 1);
  requests.forEach((request, at) => {
    offsets[at + 1] = (offsets[at] ?? 0) + request.length;
  });
  const bytes = new SharedArrayBuffer(offsets[requests.length] ?? 0);
  const whole = Buffer.from(bytes);
  requests.forEach((request, at) => request.copy(whole, offsets[at] ?? 0));
  return { bytes, offsets };
}

const make = signer(workerData as SignerOptions);
parentPort?.on('message', (order: SignOrder) => parentPort?.postMessage(make(order)));

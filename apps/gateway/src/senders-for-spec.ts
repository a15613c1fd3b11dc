import type { HmacOptions, SourceConfiguration, SourceKind } from '@hub/contracts';
import { sign } from '@hub/crm-ghl';
import { apiKeyText, Sealing, WORKFLOW_SECRET_HEADER } from '@hub/sources';
import {
  createHmac,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  randomUUID,
  sign as cryptoSign,
} from 'node:crypto';

/** The sealing key that specs give to their gateways. */
export const SECRETS_KEY = randomBytes(32).toString('base64');
const sealing = Sealing.fromBase64(SECRETS_KEY);

export const HMAC: HmacOptions = {
  signatureHeader: 'x-signature',
  prefix: 'sha256=',
  algorithm: 'sha256',
  encoding: 'hex',
  timestampHeader: 'x-time',
  toleranceMs: 300_000,
};

/** A request as its sender makes it. */
export interface Sending {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer<ArrayBuffer>;
}

export type ConfiguredKind = Exclude<SourceKind, 'ghl' | 'probe'>;

/** One key of a sender: how it stands in the configuration, and how a request is made with it. */
export interface SenderKey {
  readonly keyId: string;
  readonly secret: string;
  readonly privateKey: KeyObject | null;
}

export function newKey(kind: ConfiguredKind | 'standard-webhooks v1a'): SenderKey {
  const keyId = `key${randomBytes(4).toString('hex')}`;
  if (kind === 'standard-webhooks v1a') {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    return { keyId, secret: `whpk_${spki}`, privateKey };
  }
  const bytes = randomBytes(32);
  const secret = kind === 'standard-webhooks' ? `whsec_${bytes.toString('base64')}` : bytes.toString('hex');
  return { keyId, secret, privateKey: null };
}

/** What the gateway is told of a source. */
export function configurationOf(
  source: Pick<SourceConfiguration, 'sourceId' | 'kind' | 'tenantId' | 'version'> & Partial<SourceConfiguration>,
  keys: readonly (SenderKey & { readonly notAfterMs?: number })[],
): SourceConfiguration {
  const { sourceId, kind } = source;
  return {
    name: 'spec',
    state: 'active',
    hmac: kind === 'hmac' ? HMAC : null,
    keys: keys.map(({ keyId, secret, notAfterMs = null }) => ({
      keyId,
      sealed: sealing.seal(secret, { sourceId, keyId }),
      notBeforeMs: null,
      notAfterMs,
    })),
    ...source,
  };
}

/** A request of a configured source, as its kind of sender makes it. */
export function sending(kind: ConfiguredKind, sourceId: string, key: SenderKey, body: Buffer<ArrayBuffer>): Sending {
  const path = `/webhooks/${sourceId}`;
  const time = String(Math.floor(Date.now() / 1_000));
  switch (kind) {
    case 'events':
      return { path: '/v1/events', headers: { authorization: `Bearer ${apiKeyText({ sourceId, ...key })}` }, body };
    case 'ghl-workflow':
      return { path, headers: { [WORKFLOW_SECRET_HEADER]: key.secret }, body };
    case 'hmac': {
      const mac = createHmac('sha256', key.secret).update(`${time}.`).update(body).digest('hex');
      return { path, headers: { 'x-signature': `sha256=${mac}`, 'x-time': time }, body };
    }
    default: {
      const id = `msg_${randomUUID()}`;
      const signed = Buffer.concat([Buffer.from(`${id}.${time}.`), body]);
      const signature = key.privateKey === null ? v1(key.secret, signed) : v1a(key.privateKey, signed);
      const headers = { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature };
      return { path, headers, body };
    }
  }
}

/** A webhook of the platform. */
export function platformSending(privateKey: KeyObject, body: Buffer<ArrayBuffer>): Sending {
  return { path: '/webhooks/ghl', headers: { 'x-ghl-signature': sign(privateKey, body) }, body };
}

export async function send(origin: string, { path, headers, body }: Sending): Promise<Response> {
  return fetch(origin + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
}

function v1(secret: string, signed: Buffer): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

function v1a(privateKey: KeyObject, signed: Buffer): string {
  return `v1a,${cryptoSign(null, signed, privateKey).toString('base64')}`;
}

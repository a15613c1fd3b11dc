import { z } from 'zod';
import { jsonCodec, type StreamContract } from './contract.ts';
import { SOURCES } from './streams.ts';

/**
 * `ghl`: marketplace app. `ghl-workflow`: the Webhook action of a workflow. `standard-webhooks` and `hmac`: other senders.
 * `events`: our own API. `probe`: a gateway asking itself whether it works; has no effect.
 */
export const sourceKind = z.enum(['ghl', 'ghl-workflow', 'standard-webhooks', 'hmac', 'events', 'probe']);
export type SourceKind = z.infer<typeof sourceKind>;

/** One key or secret of a source. Valid from `notBeforeMs` up to `notAfterMs` (epoch ms; null: without that bound). */
export const sourceKey = z.object({
  keyId: z.string().min(1).max(64),
  /** The secret, encrypted (AES-256-GCM); for public keys the key itself in the same wrapping. */
  sealed: z.string(),
  notBeforeMs: z.number().int().nullable(),
  notAfterMs: z.number().int().nullable(),
});
export type SourceKey = z.infer<typeof sourceKey>;

/** When a key is good; a bound that is null or left out is none. */
export interface KeyWindow {
  /** Epoch ms; good from then on. */
  readonly notBeforeMs?: number | null;
  /** Epoch ms; no longer good then. */
  readonly notAfterMs?: number | null;
}

export function isValidAt({ notBeforeMs, notAfterMs }: KeyWindow, nowMs: number): boolean {
  return nowMs >= (notBeforeMs ?? -Infinity) && nowMs < (notAfterMs ?? Infinity);
}

/** How the `hmac` kind signs: what header, hash, encoding and clock tolerance. */
export const hmacOptions = z.object({
  signatureHeader: z.string().regex(/^[a-z0-9-]{1,64}$/),
  /** Cut off in front of the signature, such as `sha256=`. */
  prefix: z.string().max(32).default(''),
  algorithm: z.enum(['sha256', 'sha512', 'sha1']),
  encoding: z.enum(['hex', 'base64']),
  /** Header with the time of signing (epoch s); signed as `<time>.<body>`. Null: the body alone is signed. */
  timestampHeader: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/)
    .nullable(),
  toleranceMs: z.number().int().min(1_000).max(86_400_000),
});
export type HmacOptions = z.infer<typeof hmacOptions>;

export const sourceConfiguration = z.object({
  sourceId: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  kind: sourceKind,
  /** The one tenant it may speak for; null: the body names it (the platform's `ghl`). */
  tenantId: z.string().nullable(),
  name: z.string().max(200),
  state: z.enum(['active', 'revoked']),
  keys: z.array(sourceKey),
  hmac: hmacOptions.nullable(),
  /** Rises with each change; an older one that comes late is ignored. */
  version: z.number().int().positive(),
});
export type SourceConfiguration = z.infer<typeof sourceConfiguration>;

/** The whole configuration of one source, again at each change. Token: the source. Sent by: analytics. Read by: gateway. */
export const sourceConfigured: StreamContract<SourceConfiguration> = {
  subject: 'source.configured.*',
  stream: SOURCES,
  ...jsonCodec(sourceConfiguration),
};

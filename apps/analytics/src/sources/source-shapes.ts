import { hmacOptions, isValidAt, sourceKind } from '@hub/contracts';
import { z } from 'zod';
import type { KeyRow, SourceRow } from './source-rows.ts';

const MAX_OVERLAP_MS = 90 * 86_400_000;

/** A part of a path, named in what is said of it. */
export function idOf(what: string): z.ZodString {
  return z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, `the ${what} must be 1 to 64 letters, digits, - and _`);
}

/** Headers that carry something else; a signature expected there would never come, or would be kept from replays. */
const TAKEN_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'cookie',
  'host',
  'proxy-authorization',
  'transfer-encoding',
  'x-hub-secret',
]);

const header = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9-]{1,64}$/, 'must be the name of a header')
  .refine((name) => !TAKEN_HEADERS.has(name), 'carries something else: name the header that the sender adds for this');

const prefix = z
  .string()
  .max(32)
  .regex(/^([!-~][ -~]*)?$/, 'must be printable and not begin with a blank')
  .default('');

const hmacRequest = z
  .strictObject({
    signatureHeader: header,
    prefix,
    algorithm: hmacOptions.shape.algorithm.default('sha256'),
    encoding: hmacOptions.shape.encoding.default('hex'),
    timestampHeader: header.nullable().default(null),
    toleranceMs: hmacOptions.shape.toleranceMs.default(300_000),
  })
  .refine(({ signatureHeader, timestampHeader }) => signatureHeader !== timestampHeader, {
    path: ['timestampHeader'],
    error: 'must not be the header of the signature',
  });

const secret = z.string().min(1).max(600);

const name = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must hold no control characters');

export const newSource = z
  .strictObject({
    kind: sourceKind.exclude(['ghl', 'probe'], {
      error:
        "must be ghl-workflow, standard-webhooks, hmac or events; GoHighLevel's own keys are entered at /api/sources/ghl/keys",
    }),
    name,
    /** One that the sender gave; left out, the hub makes one. */
    secret: secret.optional(),
    hmac: hmacRequest.optional(),
  })
  .refine(({ kind, hmac }) => (kind === 'hmac') === (hmac !== undefined), {
    path: ['hmac'],
    error: 'is needed for kind hmac, with signatureHeader at least, and for no other',
  });
export type NewSourceRequest = z.infer<typeof newSource>;

/** A time in s would lie long ago, and a key be valid at once that should not be. */
const epochMs = z.number().int().min(1e12, 'must be in epoch ms').max(8.64e15, 'must be in epoch ms');

const keyTimes = {
  /** Left out: valid at once. */
  notBeforeMs: epochMs.optional(),
  /** Left out: without end. */
  notAfterMs: epochMs.optional(),
  /** The other keys end so long after this one begins; left out, they stay. */
  overlapMs: z.number().int().min(0).max(MAX_OVERLAP_MS).optional(),
};

interface Bounds {
  readonly notBeforeMs?: number | undefined;
  readonly notAfterMs?: number | undefined;
}

const inOrder = ({ notBeforeMs = 0, notAfterMs = Infinity }: Bounds) => notBeforeMs < notAfterMs;
const ORDER = { path: ['notAfterMs'], error: 'must lie after notBeforeMs' };

export const newKey = z.strictObject({ secret: secret.optional(), ...keyTimes }).refine(inOrder, ORDER);
export type NewKeyRequest = z.infer<typeof newKey>;

/** Base64 of an Ed25519 public key: 32 raw bytes or SPKI DER. */
export const newPlatformKey = z.strictObject({ publicKey: secret, ...keyTimes }).refine(inOrder, ORDER);

const keyView = z.object({
  keyId: z.string(),
  state: z.enum(['valid', 'notYetValid', 'expired', 'revoked']),
  notBeforeMs: z.number().nullable(),
  notAfterMs: z.number().nullable(),
  revokedAtMs: z.number().nullable(),
  createdAtMs: z.number(),
  lastUsedAtMs: z.number().nullable(),
  uses: z.number().int(),
});

export const sourceView = z.object({
  sourceId: z.string(),
  kind: sourceKind,
  name: z.string(),
  state: z.enum(['active', 'revoked']),
  /** Where its sender posts to; a path where this service was not told the gateway's address. */
  url: z.string(),
  hmac: hmacOptions.nullable(),
  version: z.number().int(),
  createdAtMs: z.number(),
  keys: z.array(keyView),
});
export type SourceView = z.infer<typeof sourceView>;

/** `announced`: gateways know it now; false: within a minute of the broker being back. */
export const sourceChanged = z.object({ source: sourceView, announced: z.boolean() });
export type SourceChanged = z.infer<typeof sourceChanged>;

/** `secret` is shown this once, and only where the hub made it; it cannot be read again. */
export const keyAdded = sourceChanged.extend({
  keyId: z.string(),
  secret: z.string().nullable(),
  /** For senders that can set no header: the URL with the secret in it. */
  urlWithSecret: z.string().nullable(),
});
export type KeyAdded = z.infer<typeof keyAdded>;

export const sourceList = z.object({ sources: z.array(sourceView) });

export function viewOf(source: SourceRow, url: string, nowMs: number): SourceView {
  const { sourceId, kind, name: called, state, hmac, version, createdAtMs } = source;
  const keys = source.keys.map(({ sealed: _sealed, ...key }) => ({ ...key, state: stateOf(key, nowMs) }));
  return { sourceId, kind, name: called, state, url, hmac, version, createdAtMs, keys };
}

export function stateOf(
  key: Pick<KeyRow, 'notBeforeMs' | 'notAfterMs' | 'revokedAtMs'>,
  nowMs: number,
): 'valid' | 'notYetValid' | 'expired' | 'revoked' {
  if (key.revokedAtMs !== null) return 'revoked';
  if (isValidAt(key, nowMs)) return 'valid';
  return nowMs < (key.notBeforeMs ?? 0) ? 'notYetValid' : 'expired';
}

import { type KeyRing, parseKeyRing } from '@hub/crm-ghl';
import { httpConfig, wholeNumber } from '@hub/service';
import { z } from 'zod';
import { laneConfig } from './lanes/tenant-limits.ts';
import { REPLACES_VARIABLE } from './primary/messages.ts';

/** `name=<base64>` entries, comma separated; each error names its entry. */
const keyRing = z.string().transform((text, context): KeyRing => {
  try {
    return parseKeyRing(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'cannot be read' });
    return z.NEVER;
  }
});

const secretsKey = z.base64().refine((text) => Buffer.from(text, 'base64').length === 32, 'must be base64 of 32 bytes');

export const gatewayConfig = z.object({
  ...httpConfig,
  NATS_URL: z.string().min(1),
  /** Shared marks of duplicates and use of limits; without it each gateway goes by its own memory. */
  REDIS_URL: z.string().min(1).optional(),
  /** Opens the secrets of configured sources: base64 of 32 bytes, the same as analytics has. */
  SECRETS_KEY: secretsKey.optional(),
  /** Keys that sign webhooks, besides GoHighLevel's own. */
  GHL_PUBLIC_KEYS: keyRing.prefault(''),
  /** The app's OAuth client id up to its first `-`: webhooks of other apps are refused. */
  GHL_APP_ID: z
    .string()
    .regex(/^[A-Za-z0-9]+$/, 'must be the OAuth client id up to its first "-"')
    .optional(),
  /** How often the gateway sends itself a webhook, to know whether it takes them. */
  PROBE_EVERY_MS: wholeNumber({ min: 100 }).default(10_000),
  /** How long a process that is to take over may try to get one through. */
  PROVE_WITHIN_MS: wholeNumber({ min: 1, max: 28_000 }).default(25_000),
  /** Set by the primary for a process that is to take over from one that serves. */
  [REPLACES_VARIABLE]: z.literal('1').optional(),
  ...laneConfig,
});
export type GatewayConfig = z.infer<typeof gatewayConfig>;

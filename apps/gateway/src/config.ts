import { type KeyRing, parseKeyRing } from '@hub/crm-ghl';
import { httpConfig } from '@hub/service';
import { z } from 'zod';

/** `name=<base64>` entries, comma separated; each error names its entry. */
const keyRing = z.string().transform((text, context): KeyRing => {
  try {
    return parseKeyRing(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'cannot be read' });
    return z.NEVER;
  }
});

export const gatewayConfig = z.object({
  ...httpConfig,
  NATS_URL: z.string().min(1),
  /** Keys that sign webhooks, besides GoHighLevel's own. */
  GHL_PUBLIC_KEYS: keyRing.prefault(''),
  /** The app's OAuth client id up to its first `-`: webhooks of other apps are refused. */
  GHL_APP_ID: z
    .string()
    .regex(/^[A-Za-z0-9]+$/, 'must be the OAuth client id up to its first "-"')
    .optional(),
});
export type GatewayConfig = z.infer<typeof gatewayConfig>;

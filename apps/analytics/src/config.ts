import { fileURLToPath } from 'node:url';
import { httpConfig } from '@hub/service';
import { MIN_SECRET_LENGTH } from '@hub/session';
import { z } from 'zod';

export interface ServiceAddress {
  readonly name: string;
  readonly url: string;
}

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });

/** `gateway=http://127.0.0.1:4001,scoring=http://127.0.0.1:4003` */
const services = z
  .string()
  .transform((text) => text.split(',').map((entry) => entry.trim().split('=', 2)))
  .pipe(z.array(z.tuple([z.string().regex(/^[a-z-]+$/, 'must be name=url, separated by commas'), httpUrl])))
  .transform((entries): ServiceAddress[] => entries.map(([name, url]) => ({ name, url })));

const BUILT_PAGE = fileURLToPath(new URL('../../web/dist/', import.meta.url));

export const configSchema = z.object({
  ...httpConfig,
  NATS_URL: z.string().min(1),
  DATABASE_URL: z.string().min(1),
  SESSION_SECRET: z.string().min(MIN_SECRET_LENGTH),
  /** Seals the secrets of webhook sources: base64 of 32 bytes, the same as the gateway has. */
  SECRETS_KEY: z
    .base64()
    .refine((text) => Buffer.from(text, 'base64').length === 32, 'must be base64 of 32 bytes')
    .optional(),
  /** Where the page connects for live scores, as a browser sees it. */
  REALTIME_URL: httpUrl,
  /** Where the CRM posts to, for the page to show. */
  WEBHOOK_URL: httpUrl.optional(),
  /** Services whose health is shown. */
  SERVICES: services.default([]),
  /** How often the ledger, gaps and alerts are looked at. */
  WATCH_EVERY_MS: z.coerce.number().int().min(1_000).default(5_000),
  /** The built page. */
  WEB_DIR: z.string().default(BUILT_PAGE),
});
export type AnalyticsConfig = z.infer<typeof configSchema>;

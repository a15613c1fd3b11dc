import { httpConfig, wholeNumber } from '@hub/service';
import { MIN_SECRET_LENGTH } from '@hub/session';
import { z } from 'zod';
import type { LiveQueueSettings } from './live-queue.ts';

const MIB = 1_048_576;

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

/** `https://hub.example,http://localhost:4000` */
const origins = z
  .string()
  .transform((text) => text.split(',').map((origin) => origin.trim()))
  .pipe(z.array(z.string().refine(isOrigin, 'must be origins like https://hub.example, separated by commas')));

export const configSchema = z.object({
  ...httpConfig,
  NATS_URL: z.string().min(1),
  SESSION_SECRET: z.string().min(MIN_SECRET_LENGTH),
  /** Pages that may open streams. */
  ALLOWED_ORIGINS: origins,
  MAX_SCREENS: wholeNumber({ min: 1 }).default(10_000),
  MAX_SCREENS_PER_USER: wholeNumber({ min: 1 }).default(200),
  BEAT_MS: wholeNumber({ min: 100 }).default(5_000),
  /** Unsent bytes of one screen above which it gets the latest value per lead only. */
  SLOW_ABOVE_BYTES: wholeNumber({ min: 65_536 }).default(262_144),
  /** Leads that may wait for one slow screen. */
  SLOW_MAX_LEADS: wholeNumber({ min: 1 }).default(2_000),
  /** A screen that takes nothing for this long is disconnected. */
  SLOW_MAX_MS: wholeNumber({ min: 100 }).default(15_000),
  HISTORY_FRAMES_PER_TENANT: wholeNumber({ min: 0 }).default(2_000),
  HISTORY_BYTES_PER_TENANT: wholeNumber({ min: 0 }).default(8 * MIB),
  HISTORY_BYTES: wholeNumber({ min: 0 }).default(48 * MIB),
});
export type RealtimeConfig = z.infer<typeof configSchema>;

export function liveQueueSettings(config: RealtimeConfig): LiveQueueSettings {
  return {
    door: { sessionSecret: config.SESSION_SECRET, allowedOrigins: config.ALLOWED_ORIGINS },
    screens: { maxScreens: config.MAX_SCREENS, maxScreensPerUser: config.MAX_SCREENS_PER_USER },
    slow: {
      maxUnsentBytes: config.SLOW_ABOVE_BYTES,
      maxWaitingLeads: config.SLOW_MAX_LEADS,
      maxFullMs: config.SLOW_MAX_MS,
    },
    history: {
      maxFramesPerTenant: config.HISTORY_FRAMES_PER_TENANT,
      maxBytesPerTenant: config.HISTORY_BYTES_PER_TENANT,
      maxBytes: config.HISTORY_BYTES,
    },
    beatMs: config.BEAT_MS,
  };
}

/** Injects the origins that may open streams. */
export const ALLOWED_ORIGINS = Symbol('ALLOWED_ORIGINS');

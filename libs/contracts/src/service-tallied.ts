import { z } from 'zod';
import { jsonCodec, type StreamContract } from './contract.ts';
import { sourceKind } from './source-configured.ts';
import { TALLIES } from './streams.ts';

/**
 * Upper bounds of latency buckets in ms, shared by all tallies: 1.25 apart, so that a percentile read from them is
 * at most a quarter too high. The last bucket has no bound.
 */
export const LATENCY_BOUNDS_MS: readonly number[] = Array.from({ length: 60 }, (_, i) => 0.1 * 1.25 ** i);

/** What one service counted for one tenant and minute since its last tally. */
export const minuteTally = z.object({
  /** `_` where the tenant is not known. */
  tenantId: z.string(),
  /** Epoch ms at which the minute begins. */
  minuteMs: z.number().int(),
  /** `ack`: answers of the gateway. `push`: scores on screens. */
  path: z.enum(['ack', 'push']),
  /** Counts by outcome; for `ack` those of the gateway's table of answers. */
  outcomes: z.record(z.string(), z.number().int().nonnegative()),
  /** Counts by bucket of `LATENCY_BOUNDS_MS`, one more than there are bounds; trailing zeros may be left out. */
  latency: z.array(z.number().int().nonnegative()),
});
export type MinuteTally = z.infer<typeof minuteTally>;

/** A copy that the gateway answered without storing it: its first was durable already. */
export const duplicateTally = z.object({
  tenantId: z.string(),
  eventId: z.string(),
  firstSeenAtMs: z.number().int(),
  lastSeenAtMs: z.number().int(),
  copies: z.number().int().positive(),
});

export const keyUse = z.object({
  sourceId: z.string(),
  keyId: z.string(),
  lastUsedAtMs: z.number().int(),
  uses: z.number().int().positive(),
});
export type KeyUse = z.infer<typeof keyUse>;

/** One request that was refused, out of many: enough to see why, nothing to identify anyone. */
export const refusalSample = z.object({
  source: sourceKind.nullable(),
  sourceId: z.string().nullable(),
  reason: z.string(),
  atMs: z.number().int(),
  /** First bytes of the body, letters and digits masked. */
  maskedStart: z.string(),
});
export type RefusalSample = z.infer<typeof refusalSample>;

/** A source whose signatures have stopped to match its keys: its key was changed, as far as can be told. */
export const suspectTally = z.object({
  sourceId: z.string(),
  source: sourceKind,
  /** Of what was held back since the last tally. */
  firstAtMs: z.number().int(),
  lastAtMs: z.number().int(),
  /** Requests told to come again, and how many of them are in quarantine. */
  heldBack: z.number().int().positive(),
  kept: z.number().int().nonnegative(),
});
export type SuspectTally = z.infer<typeof suspectTally>;

const tally = z.object({
  service: z.string(),
  instanceId: z.string(),
  minutes: z.array(minuteTally),
  duplicates: z.array(duplicateTally),
  keyUses: z.array(keyUse),
  refusals: z.array(refusalSample),
  /** Left out by gateways of an earlier build. */
  suspects: z.array(suspectTally).default([]),
});
export type Tally = z.infer<typeof tally>;

/** What was counted since the last one, every few seconds. Token: the service. Sent by: gateway, realtime. Read by: analytics. */
export const serviceTallied: StreamContract<Tally> = {
  subject: 'service.tallied.*',
  stream: TALLIES,
  ...jsonCodec(tally),
};

/** Which bucket of `LATENCY_BOUNDS_MS` a latency falls into. */
export function latencyBucket(ms: number): number {
  if (!(ms > LATENCY_FIRST_MS)) return 0;
  return Math.min(LATENCY_BOUNDS_MS.length, Math.ceil(Math.log(ms / LATENCY_FIRST_MS) / LOG_STEP - 1e-9));
}

const LATENCY_FIRST_MS = 0.1;
const LOG_STEP = Math.log(1.25);

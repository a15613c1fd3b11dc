import { z } from 'zod';
import { jsonCodec, type StreamContract } from './contract.ts';
import { SCORES } from './streams.ts';

/** `unknown`: too little evidence to give odds. */
export const band = z.enum(['hot', 'warm', 'cool', 'unknown']);
export type Band = z.infer<typeof band>;

/** Why no odds are given: the lead never acted and people did little about it, or nobody did anything for long. */
export const thinEvidence = z.enum(['neverActed', 'longSilent']);
export type ThinEvidence = z.infer<typeof thinEvidence>;

/** One term's exact share of a logit: a feature's, a pair's (`a × b`), or that of `calibration` or `tenant`. */
export const reason = z.object({
  feature: z.string(),
  /** Of a feature; null where it is missing, and for terms that are no feature. */
  value: z.number().nullable(),
  contribution: z.number(),
  /** Of both features of a pair. */
  values: z.array(z.number().nullable()).readonly().optional(),
});
export type Reason = z.infer<typeof reason>;

/** Stands between the names of two features that count together. */
export const PAIR = ' × ';

/**
 * One term of a decision as a reason.
 * @param terms Names of all terms, features first.
 * @param values Of the features, in their order; NaN or null where missing.
 */
export function reasonOf(
  terms: readonly string[],
  values: ArrayLike<number | null>,
  index: number,
  contribution: number,
): Reason {
  const feature = terms[index] ?? '';
  const valueAt = (at: number): number | null => (Number.isNaN(values[at] ?? Number.NaN) ? null : (values[at] ?? null));
  if (!feature.includes(PAIR)) return { feature, value: valueAt(index), contribution };
  const pair = feature.split(PAIR).map((name) => valueAt(terms.indexOf(name)));
  return { feature, value: null, contribution, values: pair };
}

const probability = z.number().min(0).max(1);

/** One model's answer. `logit` = intercept + sum of all contributions; `probability` = sigmoid(logit). */
export const modelScore = z.object({
  logit: z.number(),
  probability,
  /**
   * Bounds of the probability, for 80 in 100 leads with this score; null where the model does not know, as a prior.
   * Absent from decisions stored before there were ranges.
   */
  range: z.object({ low: probability, high: probability }).nullable().optional(),
});
export type ModelScore = z.infer<typeof modelScore>;

/** What a row of the live queue needs, and no more. */
export const scoredLead = z.object({
  leadId: z.string().min(1),
  /** Rises by one with every decision on this lead; a lower one is stale. */
  version: z.number().int().positive(),
  name: z.string(),
  scoredAtMs: z.number().int(),
  conversion: modelScore,
  goingCold: modelScore,
  /** Of the model in the third slot; null while that is empty. */
  match: modelScore.nullable().default(null),
  band,
  /** Null where odds are given. Absent from decisions stored before it was told. */
  thinEvidence: thinEvidence.nullable().default(null),
  /** Whether anyone still has to decide about calling: not deleted, won, lost or abandoned. */
  isOpen: z.boolean(),
  /** Strongest reasons of the conversion score, by size, among them one that raises and one that lowers it. */
  reasons: z.array(reason),
  /** Last event in which the lead or an agent did something; null when none did. */
  lastTouchAtMs: z.number().int().nullable(),
  lastTouchType: z.string().nullable(),
  /** Of the lead's opportunity: open, won, lost, abandoned; null when it has none. */
  stage: z.string().nullable(),
  /** Latest conversion probabilities, oldest first. */
  sparkline: z.array(z.number()),
  /** SHA-256 of the model files that decided. */
  modelHash: z.string(),
  /** `prior`: hand-set, not learned. */
  modelKind: z.enum(['prior', 'learned']),
  /** `builtin`: an ONNX file was missing or failed, and the prior compiled into the service decided. */
  servedBy: z.enum(['onnx', 'builtin']),
  /** Webhooks this decision applied; empty when only time had passed or a redelivery repeats it. */
  eventIds: z.array(z.string()),
  traceparent: z.string().nullable(),
});
export type ScoredLead = z.infer<typeof scoredLead>;

/** Sent after the transaction that stored the decisions. Read by: realtime, cache. */
export const leadScored: StreamContract<readonly ScoredLead[]> = {
  subject: 'lead.scored.*',
  stream: SCORES,
  ...jsonCodec(z.array(scoredLead).readonly()),
};

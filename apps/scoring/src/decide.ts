import { createHash } from 'node:crypto';
import type { ModelScore, ScoredLead } from '@hub/contracts';
import { bandOf, type Decision, FeatureRows, sigmoid, thinEvidenceOf, topReasons, touchOf } from '@hub/intelligence';
import type { FoldedLead } from './fold-leads.ts';
import type { Models, Scored } from './models/models.ts';

/** A decision with all that is stored of it. */
export interface DecidedLead {
  readonly tenantId: string;
  readonly lead: FoldedLead;
  readonly scored: ScoredLead;
  readonly features: Float64Array;
  readonly conversion: { readonly hash: string; readonly decision: Decision };
  readonly goingCold: { readonly hash: string; readonly decision: Decision };
  /** null while the third slot is empty. */
  readonly match: { readonly hash: string; readonly decision: Decision } | null;
}

const SPARKLINE_POINTS = 12;
const ROW_REASONS = 3;

/**
 * Runs all models side by side over all leads.
 * @param nowMs Time of the decision; a lead whose last event is later (the CRM's clock is ahead) is judged as of that.
 */
export async function decide(leads: readonly FoldedLead[], models: Models, nowMs: number): Promise<DecidedLead[]> {
  if (leads.length === 0) return [];
  const rows = FeatureRows.take();
  for (const lead of leads) rows.add(lead.state, nowMs);
  const tenantIds = leads.map((lead) => lead.row.tenantId);
  const [conversion, goingCold, match] = await Promise.all([
    models.conversion.score(rows, tenantIds),
    models.goingCold.score(rows, tenantIds),
    models.match.score(rows, tenantIds),
  ]);
  const modelHash = jointHash(conversion.hash, goingCold.hash, ...(match === null ? [] : [match.hash]));
  const answers = { rows: rows.all(), converts: conversion.decisions.all(), cools: goingCold.decisions.all() };
  const ranked = match?.decisions.all();
  for (const used of [rows, conversion.decisions, goingCold.decisions, match?.decisions]) used?.release();
  return leads.map((lead, at) => {
    const features = answerFor(at, answers.rows);
    const converts = answerFor(at, answers.converts);
    const cools = answerFor(at, answers.cools);
    const matches = ranked?.[at] ?? null;
    const thin = thinEvidenceOf(lead.state, nowMs);
    return {
      tenantId: lead.row.tenantId,
      lead,
      scored: {
        ...describe(lead, nowMs),
        conversion: toScore(converts),
        goingCold: toScore(cools),
        match: matches === null ? null : toScore(matches),
        band: bandOf(sigmoid(converts.logit), thin),
        thinEvidence: thin,
        isOpen: isOpen(lead),
        reasons: topReasons(converts, features, ROW_REASONS),
        sparkline: [...lead.row.sparkline, sigmoid(converts.logit)].slice(-SPARKLINE_POINTS),
        modelHash,
        modelKind: conversion.kind,
        servedBy: servedBy(conversion, goingCold),
      },
      features,
      conversion: { hash: conversion.hash, decision: converts },
      goingCold: { hash: goingCold.hash, decision: cools },
      match: match === null || matches === null ? null : { hash: match.hash, decision: matches },
    };
  });
}

function answerFor<Answer>(lead: number, answers: readonly Answer[]): Answer {
  const answer = answers[lead];
  if (answer === undefined) throw new RangeError('a model answered for fewer leads than it was asked about');
  return answer;
}

/** Whether anyone still has to decide about calling this lead. */
function isOpen({ facts, state }: FoldedLead): boolean {
  const { opportunity } = state;
  return facts.deleted?.value !== true && (opportunity === null || opportunity === 'open');
}

function describe(lead: FoldedLead, nowMs: number) {
  const { row, facts, applied } = lead;
  const touch = touchOf(lead.state);
  return {
    leadId: row.leadId,
    version: row.version + 1,
    name: facts.name?.value ?? `Lead ${row.leadId.slice(-4)}`,
    scoredAtMs: nowMs,
    lastTouchAtMs: touch?.atMs ?? null,
    lastTouchType: touch?.type ?? null,
    stage: lead.state.opportunity,
    eventIds: applied.map((one) => one.webhook.eventId),
    traceparent: applied.at(-1)?.webhook.traceparent ?? null,
  };
}

function toScore({ logit, range }: Decision): ModelScore {
  return {
    logit,
    probability: sigmoid(logit),
    range: range === null ? null : { low: sigmoid(range.low), high: sigmoid(range.high) },
  };
}

function servedBy(...answers: readonly Scored[]): 'onnx' | 'builtin' {
  return answers.every((answer) => answer.servedBy === 'onnx') ? 'onnx' : 'builtin';
}

function jointHash(...hashes: readonly string[]): string {
  return createHash('sha256').update(hashes.join('\n')).digest('hex');
}

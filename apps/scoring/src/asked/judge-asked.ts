import type { Judgement, LeadEvent, LeadScoreAnswer, LeadScoreRequest, ModelScore } from '@hub/contracts';
import type { Database } from '@hub/database';
import { type Decision, decisionTime, emptyState, foldAll, type LeadState, reasonsOf } from '@hub/intelligence';
import { decide, type DecidedLead } from '../decide.ts';
import { type FoldedLead, needsRefold } from '../fold-leads.ts';
import { keyOf, type LeadKey, type LeadRow, readLeads } from '../lead-rows.ts';
import type { Models } from '../models/models.ts';
import { storedEvents } from '../store-webhooks.ts';

/** A lead as asked for. */
interface Asked extends LeadKey {
  readonly atMs: number;
}

/** Judges leads for those who asked, in one transaction that only reads: nothing is stored or published. */
export async function judgeAsked(
  requests: readonly LeadScoreRequest[],
  { database, models }: { readonly database: Database; readonly models: Models },
  nowMs: number,
): Promise<readonly LeadScoreAnswer[][]> {
  const asked = requests.map(({ tenantId, leadIds, atMs = nowMs }) =>
    leadIds.map((leadId): Asked => ({ tenantId, leadId, atMs })),
  );
  const known = await leadsAsOf(database, asked.flat());
  const decided = await decideByTime(known, models);
  return asked.map((ofRequest) =>
    ofRequest.map((one): LeadScoreAnswer => {
      const found = decided.get(asOf(one));
      return found === undefined ? { found: false, leadId: one.leadId } : toAnswer(found, one.atMs);
    }),
  );
}

type LeadsAsOf = ReadonlyMap<string, { readonly atMs: number; readonly lead: FoldedLead }>;

/** The leads that there are, each with what had happened by the time asked for. */
async function leadsAsOf(database: Database, asked: readonly Asked[]): Promise<LeadsAsOf> {
  const tenantIds = [...new Set(asked.map(({ tenantId }) => tenantId))];
  return database.asTenants(tenantIds, async (tx) => {
    const rows = new Map((await readLeads(tx, unique(asked))).map((row) => [keyOf(row.tenantId, row.leadId), row]));
    const found = asked.flatMap((one) => {
      const row = rows.get(keyOf(one.tenantId, one.leadId));
      return row === undefined ? [] : [{ ...one, row }];
    });
    const inPast = unique(found.filter(({ row, atMs }) => knowsTooMuch(row, atMs)));
    const events = inPast.length === 0 ? null : await storedEvents(tx, inPast);
    return new Map(
      found.map(({ row, ...one }) => [
        asOf(one),
        {
          atMs: one.atMs,
          lead: { row, state: stateAsOf(row, one.atMs, events), facts: row.facts, applied: [] },
        },
      ]),
    );
  });
}

/** Whether the state holds events after the time asked for, or was folded by a build whose features meant something else. */
function knowsTooMuch(row: LeadRow, atMs: number): boolean {
  return needsRefold(row, []) || (row.state?.lastAtMs ?? atMs) > atMs;
}

function stateAsOf(row: LeadRow, atMs: number, events: ReadonlyMap<string, LeadEvent[]> | null): LeadState {
  if (!knowsTooMuch(row, atMs)) return row.state ?? emptyState();
  const all = events?.get(keyOf(row.tenantId, row.leadId)) ?? [];
  return foldAll(all.filter((event) => event.atMs <= atMs));
}

/** One run of the models for each time that was asked for. */
async function decideByTime(leads: LeadsAsOf, models: Models): Promise<ReadonlyMap<string, DecidedLead>> {
  const byTime = Map.groupBy(leads, ([, { atMs }]) => atMs);
  const decided = await Promise.all(
    [...byTime].map(async ([atMs, ofTime]) => {
      const answers = await decide(
        ofTime.map(([, { lead }]) => lead),
        models,
        atMs,
      );
      return answers.map((answer) => [asOf({ ...answer.lead.row, atMs }), answer] as const);
    }),
  );
  return new Map(decided.flat());
}

function toAnswer({ lead, scored, features, ...models }: DecidedLead, atMs: number): LeadScoreAnswer {
  const judged = (score: ModelScore, by: { readonly hash: string; readonly decision: Decision }): Judgement => ({
    ...score,
    intercept: by.decision.intercept,
    reasons: reasonsOf(by.decision, features),
    modelHash: by.hash,
  });
  return {
    found: true,
    leadId: scored.leadId,
    judgedAtMs: decisionTime(lead.state, atMs),
    band: scored.band,
    conversion: judged(scored.conversion, models.conversion),
    goingCold: judged(scored.goingCold, models.goingCold),
    match: scored.match === null || models.match === null ? null : judged(scored.match, models.match),
    modelKind: scored.modelKind,
    servedBy: scored.servedBy,
  };
}

function asOf({ tenantId, leadId, atMs }: Asked): string {
  return `${atMs}\n${keyOf(tenantId, leadId)}`;
}

function unique(keys: readonly LeadKey[]): LeadKey[] {
  return [...new Map(keys.map((key) => [keyOf(key.tenantId, key.leadId), key])).values()];
}

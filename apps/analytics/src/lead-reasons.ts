import { type ExplainedScore, type LeadEvent, type LeadProfile, reason, thinEvidence } from '@hub/contracts';
import { type Database } from '@hub/database';
import { isTooWide } from '@hub/intelligence/bands';
import { decidedAtMs, eventsBehindEach } from '@hub/intelligence/events-behind';
import { describeReason, sizeWords, thinEvidenceWords } from '@hub/intelligence/words';
import { z } from 'zod';

const eventBehind = z.object({
  /** Of the webhook that told it: an entry of the lead's events. */
  eventId: z.string(),
  id: z.string(),
  type: z.string(),
  atMs: z.number().int(),
});

const toldReason = reason.extend({
  /** As a person would say it. */
  text: z.string(),
  /** How much it changes the odds, as a person would say it. */
  size: z.string(),
  /** What the value comes from, oldest first; the latest 20 where there are more. */
  events: z.array(eventBehind).readonly(),
});

const toldScore = z.object({
  probability: z.number(),
  /** For 80 in 100 leads with this score; null where the model does not know. */
  range: z.object({ low: z.number(), high: z.number() }).nullable(),
  /** Strongest first. With those that lower it and the start they sum to the log-odds. */
  raising: z.array(toldReason).readonly(),
  lowering: z.array(toldReason).readonly(),
});

export const leadReasons = z.object({
  leadId: z.string(),
  /** Of the decision explained here. */
  version: z.number().int(),
  scoredAtMs: z.number().int(),
  /** The rule by which no odds are given; null where they are. */
  notEnoughEvidence: z.object({ rule: thinEvidence, text: z.string() }).nullable(),
  /** Whether the range of the conversion odds reaches from cool to hot, and far: nothing to act on alone. */
  rangeTooWide: z.boolean(),
  conversion: toldScore,
  goingCold: toldScore,
  match: toldScore.nullable(),
});
export type LeadReasons = z.infer<typeof leadReasons>;

/** An event as the lead's history has it, with the webhook that told it. */
export interface HistoryEvent {
  readonly eventId: string;
  readonly event: LeadEvent;
}

/** The decision that stands, in words and with the events that caused it. */
export function tellReasons(profile: LeadProfile, history: readonly HistoryEvent[]): LeadReasons {
  const { leadId, version, scoredAtMs, thinEvidence: thin, conversion, goingCold, match } = profile;
  const range = conversion.range ?? null;
  const events = history.map(({ event }) => event);
  const nowMs = decidedAtMs(events, scoredAtMs);
  const told = (score: ExplainedScore): z.infer<typeof toldScore> => {
    const behind = eventsBehindEach(
      score.reasons.map(({ feature }) => feature),
      events,
      nowMs,
    );
    return tellScore(score, behind, new Map(history.map((one) => [one.event.id, one])));
  };
  return {
    leadId,
    version,
    scoredAtMs,
    notEnoughEvidence: thin === null ? null : { rule: thin, text: thinEvidenceWords(thin) },
    rangeTooWide: range !== null && isTooWide(range),
    conversion: told(conversion),
    goingCold: told(goingCold),
    match: match === null ? null : told(match),
  };
}

function tellScore(
  { probability, range, reasons }: ExplainedScore,
  behind: ReadonlyMap<string, readonly string[]>,
  history: ReadonlyMap<string, HistoryEvent>,
): z.infer<typeof toldScore> {
  const told = reasons.map((one) => ({
    ...one,
    text: describeReason(one),
    size: sizeWords(one.contribution),
    events: (behind.get(one.feature) ?? []).flatMap((id) => toBehind(history.get(id))),
  }));
  return {
    probability,
    range: range ?? null,
    raising: told.filter(({ contribution }) => contribution > 0),
    lowering: told.filter(({ contribution }) => contribution < 0),
  };
}

function toBehind(found: HistoryEvent | undefined): z.infer<typeof eventBehind>[] {
  if (found === undefined) return [];
  const { id, type, atMs } = found.event;
  return [{ eventId: found.eventId, id, type, atMs }];
}

/** Newest events of a lead, and the oldest: what lies between has no part in what features ask about, but in sums. */
const NEWEST = 500;
const OLDEST = 50;

/** What was known of a lead at a decision, as far as reasons need it. */
export async function historyAt(
  database: Database,
  { tenantId, leadId, version }: Pick<LeadProfile, 'tenantId' | 'leadId' | 'version'>,
): Promise<readonly HistoryEvent[]> {
  const part = (order: string, limit: number): string =>
    `(SELECT event_id, lead_events FROM events WHERE tenant_id = $1 AND lead_id = $2 AND lead_events IS NOT NULL
      AND coalesce(lead_version, 0) <= $3 ORDER BY ${order} LIMIT ${limit})`;
  const rows = await database.asTenants([tenantId], (tx) =>
    tx.query<{ event_id: string; lead_events: LeadEvent[] }>({
      name: 'history-at',
      text: `${part('at DESC', NEWEST)} UNION ALL ${part('at', OLDEST)}`,
      values: [tenantId, leadId, version],
    }),
  );
  const once = new Map(rows.map((row) => [row.event_id, row.lead_events]));
  return [...once].flatMap(([eventId, events]) => events.map((event) => ({ eventId, event })));
}

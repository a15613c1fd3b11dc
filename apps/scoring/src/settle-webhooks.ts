import { type ReceivedWebhook, type ScoredLead, UNKNOWN_TENANT } from '@hub/contracts';
import { type Database, type EventIds, storableText, type Tx } from '@hub/database';
import { retry, type RetryBudget } from '@hub/resilience';
import { type Span, within } from '@hub/telemetry';
import { decide, type DecidedLead } from './decide.ts';
import { type FailedAttempts } from './failed-attempts.ts';
import { failureOf, nextStep } from './failure.ts';
import { foldLead, type FoldedLead, needsRefold } from './fold-leads.ts';
import type { Models } from './models/models.ts';
import { keyOf, type LeadKey, type LeadRow, lockLeads } from './lead-rows.ts';
import { countedTenantsOf, type Pack } from './packs.ts';
import { type Place, placeOf, type Places, placesOf } from './places.ts';
import { type Copy, countCopies, type Outcomes, settlePacks } from './settle-packs.ts';
import { IN_DATABASE, IN_PROCESS } from './settle-span.ts';
import { storeDecisions } from './store-decisions.ts';
import { deliveriesOf, type SettledDelivery, storeDeliveries, withEarlierOutcomes } from './store-deliveries.ts';
import { keepLetters, settleLetters } from './store-letters.ts';
import { claimEvents, KnownTenants, registerTenants, storedEvents, storeEvents } from './store-webhooks.ts';
import {
  type EventToApply,
  type LetterToKeep,
  locationsOf,
  type SortedWebhooks,
  sortWebhooks,
  tenantOf,
  understand,
} from './sort-webhooks.ts';

/**
 * What became of a batch; `applied + duplicates + dead + parked` is the number of webhooks in it, but for those that are
 * tried again.
 */
export interface Settled {
  readonly outcomes: Outcomes;
  /** Packs with a webhook that may work later, by sequence, and the ms until then: they are to be delivered again. */
  readonly again: ReadonlyMap<number, number>;
  /** Leads to publish, by tenant. */
  readonly scores: ReadonlyMap<string, readonly ScoredLead[]>;
  /** Decisions that were stored, for the shadows. */
  readonly decided: readonly DecidedLead[];
  /** Locations that became tenants: what was parked for them can go back into the inbox. */
  readonly installed: readonly string[];
  readonly applied: number;
  readonly duplicates: number;
  readonly dead: number;
  readonly parked: number;
}

/** What settling works with. */
export interface Settling {
  readonly database: Database;
  readonly models: Models;
  readonly tenants: KnownTenants;
  readonly eventIds: EventIds;
  /** Shared by all webhooks, so that a fault of ours does not make every one of them take long. */
  readonly retries: RetryBudget;
  readonly failed: FailedAttempts;
  /** Times the batch, where anyone traces one of its webhooks. */
  readonly span?: Span | null;
}

const AT_ONCE = { attempts: 3, baseMs: 2, capMs: 20 };

/**
 * Settles whole packs in one transaction: each webhook is applied once, found to be a duplicate, dead-lettered or parked,
 * and the ledger says so. When an error is not the database's being away, the batch is halved until its pack stands alone,
 * and that is settled in pieces until the webhook at fault stands alone: it becomes a dead letter, or its pack is to come
 * again.
 * @throws What the database threw when it is away; the same batch may be tried again.
 */
export async function settleWebhooks(packs: readonly Pack[], settling: Settling, nowMs: number): Promise<Settled> {
  const batch = { webhooks: packs.flatMap((pack) => pack.webhooks), packs, places: placesOf(packs) };
  try {
    return await settleTogether(batch, settling, nowMs);
  } catch (error) {
    if (mayPassByItself(error)) throw error;
    const [only] = packs;
    if (only !== undefined && packs.length === 1) return settleInPieces(only, batch, settling, nowMs, error);
    const half = Math.ceil(packs.length / 2);
    const first = await settleWebhooks(packs.slice(0, half), settling, nowMs);
    const second = await settleWebhooks(packs.slice(half), settling, nowMs);
    return both(first, second);
  }
}

/** Marked as settled after the last piece: a crash before that settles all again, and finds duplicates. */
async function settleInPieces(
  pack: Pack,
  batch: Batch,
  settling: Settling,
  nowMs: number,
  cause: unknown,
): Promise<Settled> {
  const settled = await halve({ ...batch, packs: [] }, settling, nowMs, cause);
  if (settled.again.size > 0) return settled;
  await settling.database.asTenants(countedTenantsOf([pack]), async (tx) =>
    settlePacks(tx, [pack], await withEarlierOutcomes(tx, [pack], settled.outcomes)),
  );
  return settled;
}

async function settlePiece(piece: Batch, settling: Settling, nowMs: number): Promise<Settled> {
  try {
    return await settleTogether(piece, settling, nowMs);
  } catch (error) {
    if (mayPassByItself(error)) throw error;
    return halve(piece, settling, nowMs, error);
  }
}

async function halve(piece: Batch, settling: Settling, nowMs: number, cause: unknown): Promise<Settled> {
  const { webhooks } = piece;
  const [only] = webhooks;
  if (only !== undefined && webhooks.length === 1) {
    return settleFailed(only, placeOf(piece.places, only), settling, cause, nowMs);
  }
  const half = Math.ceil(webhooks.length / 2);
  const first = await settlePiece({ ...piece, webhooks: webhooks.slice(0, half) }, settling, nowMs);
  const second = await settlePiece({ ...piece, webhooks: webhooks.slice(half) }, settling, nowMs);
  return both(first, second);
}

/** Webhooks to be settled in one transaction, and the packs that are settled with it. */
interface Batch {
  readonly webhooks: readonly ReceivedWebhook[];
  readonly packs: readonly Pack[];
  readonly places: Places;
}

/** Two transactions that got into each other's way do not when they are tried again. */
function settleTogether(batch: Batch, settling: Settling, nowMs: number): Promise<Settled> {
  const isRetryable = (error: unknown) => failureOf(error).class === 'conflict';
  return retry(() => settleOnce(batch, settling, nowMs), { ...AT_ONCE, budget: settling.retries, isRetryable });
}

async function settleOnce(batch: Batch, settling: Settling, nowMs: number): Promise<Settled> {
  const { webhooks, packs } = batch;
  const understood = understand(webhooks);
  const locations = locationsOf(understood);
  const tenantIds = [...new Set([...locations, ...countedTenantsOf(packs), UNKNOWN_TENANT])];
  return within(settling.span ?? null, 'transaction', IN_DATABASE, (span) =>
    settling.database.asTenants(tenantIds, async (tx) => {
      const sorted = sortWebhooks(understood, await settling.tenants.among(tx, locations));
      return applySorted(tx, sorted, batch, { ...settling, span }, nowMs);
    }),
  );
}

async function applySorted(
  tx: Tx,
  sorted: SortedWebhooks,
  { packs, places }: Batch,
  { models, eventIds, span = null }: Settling,
  nowMs: number,
): Promise<Settled> {
  if (sorted.installs.length > 0) await registerTenants(tx, sorted.installs);
  // In this order on the wire, each pair or triple in one round trip.
  const [fresh, rows] = await within(span, 'claim', IN_DATABASE, () =>
    Promise.all([claimEvents(tx, eventIds, sorted.apply), lockLeads(tx, leadsOf(sorted.apply), nowMs)]),
  );
  const folded = await within(span, 'fold', IN_PROCESS, () => foldLeads(tx, rows, fresh));
  const decided = await within(span, 'score', IN_PROCESS, () => decide(folded, models, nowMs));
  const outcomes = await withEarlierOutcomes(tx, packs, outcomesOf(fresh, sorted));
  await within(span, 'store', IN_DATABASE, async () => {
    // The ledger last: every batch of a tenant adds to the same line, which is locked from here to the commit.
    const [, , , , , settledNow] = await Promise.all([
      storeEvents(tx, fresh, versionsOf(decided)),
      storeDecisions(tx, decided),
      keepLetters(tx, sorted.keep, nowMs),
      storeDeliveries(tx, deliveriesOf(sorted, fresh, places), nowMs),
      settleLetters(tx, sorted.apply, nowMs),
      settlePacks(tx, packs, outcomes),
    ]);
    await countCopies(tx, eventIds, copiesIn(settledNow, sorted.apply, outcomes));
  });
  return {
    outcomes,
    again: new Map(),
    scores: scoresToPublish(rows, decided),
    decided,
    installed: sorted.installs.map((install) => install.tenantId),
    applied: fresh.length,
    duplicates: sorted.apply.length - fresh.length,
    dead: sorted.keep.filter((letter) => letter.state === 'dead').length,
    parked: sorted.keep.filter((letter) => letter.state === 'parked').length,
  };
}

/** Version of each decision, by lead. */
function versionsOf(decided: readonly DecidedLead[]): ReadonlyMap<string, number> {
  return new Map(decided.map(({ tenantId, scored }) => [keyOf(tenantId, scored.leadId), scored.version]));
}

function outcomesOf(fresh: readonly EventToApply[], { keep }: SortedWebhooks): Outcomes {
  return new Map([
    ...fresh.map(({ webhook }) => [webhook, 'applied'] as const),
    ...keep.map(({ webhook, state }) => [webhook, state] as const),
  ]);
}

/** What came again in packs that are settled for the first time; a redelivery of ours is no copy. */
function copiesIn(packs: ReadonlySet<Pack>, apply: readonly EventToApply[], outcomes: Outcomes): Copy[] {
  const copies = apply.filter(({ webhook }) => (outcomes.get(webhook) ?? 'duplicate') === 'duplicate');
  if (copies.length === 0) return [];
  const packOf = new Map([...packs].flatMap((pack) => pack.webhooks.map((webhook) => [webhook, pack])));
  return copies.flatMap(({ webhook, tenantId }) => {
    const pack = packOf.get(webhook);
    return pack === undefined ? [] : [{ pack, tenantId, webhook }];
  });
}

/** The leads that moved, brought forward by what is new of them. */
async function foldLeads(tx: Tx, rows: readonly LeadRow[], fresh: readonly EventToApply[]): Promise<FoldedLead[]> {
  const byLead = Map.groupBy(fresh, (event) => keyOf(event.tenantId, event.lead?.leadId ?? ''));
  const moved = rows.flatMap((row) => {
    const applied = byLead.get(keyOf(row.tenantId, row.leadId));
    return applied === undefined ? [] : [{ row, applied }];
  });
  const late = moved.filter(({ row, applied }) => needsRefold(row, applied)).map(({ row }) => row);
  const earlier = late.length === 0 ? new Map<string, never>() : await storedEvents(tx, late);
  return moved.map(({ row, applied }) => foldLead(row, applied, earlier.get(keyOf(row.tenantId, row.leadId)) ?? null));
}

/** New decisions, and for a lead that only saw duplicates the decision that stands. */
function scoresToPublish(rows: readonly LeadRow[], decided: readonly DecidedLead[]): Map<string, ScoredLead[]> {
  const fresh = new Map(decided.map((one) => [keyOf(one.tenantId, one.scored.leadId), one.scored]));
  const scores = new Map<string, ScoredLead[]>();
  for (const row of rows) {
    const standing = row.summary === null ? null : { ...row.summary, eventIds: [], traceparent: null };
    const scored = fresh.get(keyOf(row.tenantId, row.leadId)) ?? standing;
    if (scored === null) continue;
    const ofTenant = scores.get(row.tenantId);
    if (ofTenant === undefined) scores.set(row.tenantId, [scored]);
    else ofTenant.push(scored);
  }
  return scores;
}

function leadsOf(events: readonly EventToApply[]): LeadKey[] {
  const keys = new Map<string, LeadKey>();
  for (const { tenantId, lead } of events) {
    if (lead !== null) keys.set(keyOf(tenantId, lead.leadId), { tenantId, leadId: lead.leadId });
  }
  return [...keys.values()];
}

/** What becomes of the one webhook that fails whenever it is among others or alone. */
async function settleFailed(
  webhook: ReceivedWebhook,
  place: Place,
  settling: Settling,
  error: unknown,
  nowMs: number,
): Promise<Settled> {
  const failure = failureOf(error);
  const step = nextStep(failure, place.attempt, () => settling.retries.tryWithdraw(nowMs));
  if (step.kind === 'retry') {
    settling.failed.note(place, { atMs: nowMs, reason: 'retry', cause: failure.cause });
    return { ...NOTHING, again: new Map([[place.packSequence, step.afterMs]]) };
  }
  await deadLetter(webhook, place, settling, { ...failure, reason: step.reason }, nowMs);
  return { ...NOTHING, outcomes: new Map([[webhook, 'dead']]), dead: 1 };
}

/** Only what can always be stored is stored beside its bytes: it is not known which part of it was refused. */
async function deadLetter(
  webhook: ReceivedWebhook,
  place: Place,
  { database, failed }: Settling,
  { reason, cause, detail }: Pick<LetterToKeep, 'reason' | 'cause' | 'detail'>,
  nowMs: number,
): Promise<void> {
  const storable = { ...webhook, eventId: storableText(webhook.eventId), headers: {} };
  const tenantId = tenantOf(webhook, null);
  const { type, leadId } = contentsOf(webhook);
  const letter: LetterToKeep = { webhook: storable, tenantId, state: 'dead', reason, cause, detail, type, leadId };
  const delivery: SettledDelivery = { webhook: storable, place, tenantId, type, leadId, outcome: 'dead' };
  await database.asTenants([tenantId], async (tx) => {
    await Promise.all([keepLetters(tx, [letter], nowMs, failed.take(place)), storeDeliveries(tx, [delivery], nowMs)]);
  });
}

/** As far as it can be told; what failed may be the telling. */
function contentsOf(webhook: ReceivedWebhook): Pick<LetterToKeep, 'type' | 'leadId'> {
  try {
    const [understood] = understand([webhook]);
    const meaning = understood?.meaning ?? { kind: 'nothing' };
    return {
      type: 'type' in meaning ? meaning.type : null,
      leadId: meaning.kind === 'lead' ? meaning.leadId : null,
    };
  } catch {
    return { type: null, leadId: null }; // The letter says why.
  }
}

const NOTHING: Settled = {
  outcomes: new Map(),
  again: new Map(),
  scores: new Map(),
  decided: [],
  installed: [],
  applied: 0,
  duplicates: 0,
  dead: 0,
  parked: 0,
};

function mayPassByItself(error: unknown): boolean {
  const { class: kind } = failureOf(error);
  return kind === 'outage' || kind === 'conflict';
}

function both(first: Settled, second: Settled): Settled {
  const scores = new Map(first.scores);
  for (const [tenantId, leads] of second.scores) scores.set(tenantId, [...(scores.get(tenantId) ?? []), ...leads]);
  return {
    outcomes: new Map([...first.outcomes, ...second.outcomes]),
    again: new Map([...first.again, ...second.again]),
    scores,
    decided: [...first.decided, ...second.decided],
    installed: [...first.installed, ...second.installed],
    applied: first.applied + second.applied,
    duplicates: first.duplicates + second.duplicates,
    dead: first.dead + second.dead,
    parked: first.parked + second.parked,
  };
}

import type { ReceivedWebhook, ScoredLead } from '@hub/contracts';
import { type Database, isOutage, type Tx } from '@hub/database';
import { decide, type DecidedLead } from './decide.ts';
import { foldLead, needsRefold } from './fold-leads.ts';
import type { Models } from './models.ts';
import { keyOf, type LeadKey, type LeadRow, lockLeads } from './lead-rows.ts';
import { countedTenantsOf, type Pack } from './packs.ts';
import { type Copy, countCopies, type Outcomes, settlePacks } from './settle-packs.ts';
import { storeDecisions } from './store-decisions.ts';
import {
  claimEvents,
  keepLetters,
  KnownTenants,
  registerTenants,
  storedEvents,
  storeEvents,
} from './store-webhooks.ts';
import {
  type EventToApply,
  locationsOf,
  NO_TENANT,
  type SortedWebhooks,
  sortWebhooks,
  understand,
} from './sort-webhooks.ts';

/** What became of a batch; `applied + duplicates + dead + parked` is the number of webhooks in it. */
export interface Settled {
  readonly outcomes: Outcomes;
  /** Leads to publish, by tenant. */
  readonly scores: ReadonlyMap<string, readonly ScoredLead[]>;
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
}

/**
 * Settles whole packs in one transaction: each webhook is applied once, found to be a duplicate, dead-lettered or parked,
 * and the ledger says so. When a webhook is not storable, the batch is halved until its pack stands alone, and that is
 * settled in pieces until the webhook stands alone and is dead-lettered.
 * @throws What the database threw when it is away; the same batch may be tried again.
 */
export async function settleWebhooks(packs: readonly Pack[], settling: Settling, nowMs: number): Promise<Settled> {
  try {
    return await settleTogether({ webhooks: packs.flatMap((pack) => pack.webhooks), packs }, settling, nowMs);
  } catch (error) {
    if (isOutage(error) || isConflict(error)) throw error;
    const [only] = packs;
    if (only !== undefined && packs.length === 1) return settleInPieces(only, settling, nowMs, error);
    const half = Math.ceil(packs.length / 2);
    const first = await settleWebhooks(packs.slice(0, half), settling, nowMs);
    const second = await settleWebhooks(packs.slice(half), settling, nowMs);
    return both(first, second);
  }
}

/** Marked as settled after the last piece: a crash before that settles all again, and finds duplicates. */
async function settleInPieces(pack: Pack, settling: Settling, nowMs: number, cause: unknown): Promise<Settled> {
  const settled = await halve(pack.webhooks, settling, nowMs, cause);
  await settling.database.asTenants(countedTenantsOf([pack]), (tx) => settlePacks(tx, [pack], settled.outcomes));
  return settled;
}

async function settlePiece(webhooks: readonly ReceivedWebhook[], settling: Settling, nowMs: number): Promise<Settled> {
  try {
    return await settleTogether({ webhooks, packs: [] }, settling, nowMs);
  } catch (error) {
    if (isOutage(error) || isConflict(error)) throw error;
    return halve(webhooks, settling, nowMs, error);
  }
}

async function halve(
  webhooks: readonly ReceivedWebhook[],
  settling: Settling,
  nowMs: number,
  cause: unknown,
): Promise<Settled> {
  const [only] = webhooks;
  if (only !== undefined && webhooks.length === 1) return deadLetter(only, settling.database, cause);
  const half = Math.ceil(webhooks.length / 2);
  const first = await settlePiece(webhooks.slice(0, half), settling, nowMs);
  const second = await settlePiece(webhooks.slice(half), settling, nowMs);
  return both(first, second);
}

/** Webhooks to be settled in one transaction, and the packs that are settled with it. */
interface Batch {
  readonly webhooks: readonly ReceivedWebhook[];
  readonly packs: readonly Pack[];
}

async function settleTogether(
  { webhooks, packs }: Batch,
  { database, models, tenants }: Settling,
  nowMs: number,
): Promise<Settled> {
  const understood = understand(webhooks);
  const locations = locationsOf(understood);
  return database.asTenants([...new Set([...locations, ...countedTenantsOf(packs), NO_TENANT])], async (tx) => {
    const sorted = sortWebhooks(understood, await tenants.among(tx, locations));
    if (sorted.installs.length > 0) await registerTenants(tx, sorted.installs);
    // In this order on the wire, each pair or triple in one round trip.
    const [fresh, rows] = await Promise.all([
      claimEvents(tx, sorted.apply),
      lockLeads(tx, leadsOf(sorted.apply), nowMs),
    ]);
    const decided = await decideLeads(tx, rows, fresh, models, nowMs);
    const outcomes = outcomesOf(fresh, sorted);
    // The ledger last: every batch of a tenant adds to the same line, which is locked from here to the commit.
    const [, , , settledNow] = await Promise.all([
      storeEvents(tx, fresh),
      storeDecisions(tx, decided),
      keepLetters(tx, sorted.keep),
      settlePacks(tx, packs, outcomes),
    ]);
    await countCopies(tx, copiesIn(settledNow, sorted.apply, outcomes));
    return {
      outcomes,
      scores: scoresToPublish(rows, decided),
      installed: sorted.installs.map((install) => install.tenantId),
      applied: fresh.length,
      duplicates: sorted.apply.length - fresh.length,
      dead: sorted.keep.filter((letter) => letter.state === 'dead').length,
      parked: sorted.keep.filter((letter) => letter.state === 'parked').length,
    };
  });
}

function outcomesOf(fresh: readonly EventToApply[], { keep }: SortedWebhooks): Outcomes {
  return new Map([
    ...fresh.map(({ webhook }) => [webhook, 'applied'] as const),
    ...keep.map(({ webhook, state }) => [webhook, state] as const),
  ]);
}

/** What came again in packs that are settled for the first time; a redelivery of ours is no copy. */
function copiesIn(packs: ReadonlySet<Pack>, apply: readonly EventToApply[], outcomes: Outcomes): Copy[] {
  const copies = apply.filter(({ webhook }) => !outcomes.has(webhook));
  if (copies.length === 0) return [];
  const packOf = new Map([...packs].flatMap((pack) => pack.webhooks.map((webhook) => [webhook, pack])));
  return copies.flatMap(({ webhook, tenantId }) => {
    const pack = packOf.get(webhook);
    return pack === undefined ? [] : [{ pack, tenantId, webhook }];
  });
}

async function decideLeads(
  tx: Tx,
  rows: readonly LeadRow[],
  fresh: readonly EventToApply[],
  models: Models,
  nowMs: number,
): Promise<DecidedLead[]> {
  const byLead = Map.groupBy(fresh, (event) => keyOf(event.tenantId, event.lead?.leadId ?? ''));
  const moved = rows.flatMap((row) => {
    const applied = byLead.get(keyOf(row.tenantId, row.leadId));
    return applied === undefined ? [] : [{ row, applied }];
  });
  const late = moved.filter(({ row, applied }) => needsRefold(row, applied)).map(({ row }) => row);
  const earlier = late.length === 0 ? new Map<string, never>() : await storedEvents(tx, late);
  const folded = moved.map(({ row, applied }) =>
    foldLead(row, applied, earlier.get(keyOf(row.tenantId, row.leadId)) ?? null),
  );
  return decide(folded, models, nowMs);
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

async function deadLetter(webhook: ReceivedWebhook, database: Database, cause: unknown): Promise<Settled> {
  const storable = { ...webhook, eventId: storableText(webhook.eventId), headers: {} };
  await database.asTenants([NO_TENANT], (tx) =>
    keepLetters(tx, [
      { webhook: storable, tenantId: NO_TENANT, state: 'dead', reason: `notStorable: ${codeOf(cause)}` },
    ]),
  );
  const outcomes: Outcomes = new Map([[webhook, 'dead']]);
  return { outcomes, scores: new Map(), installed: [], applied: 0, duplicates: 0, dead: 1, parked: 0 };
}

/** Postgres text takes neither NUL nor half a surrogate pair. */
function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

/** SQLSTATE of a database error, else the error's name: never its message, which may quote personal data. */
function codeOf(error: unknown): string {
  if (error instanceof Error) return 'code' in error ? String(error.code) : error.name;
  return 'unknown';
}

/** Serialization failure and deadlock: the same batch will do when tried again. */
function isConflict(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('40');
}

function both(first: Settled, second: Settled): Settled {
  const scores = new Map(first.scores);
  for (const [tenantId, leads] of second.scores) scores.set(tenantId, [...(scores.get(tenantId) ?? []), ...leads]);
  return {
    outcomes: new Map([...first.outcomes, ...second.outcomes]),
    scores,
    installed: [...first.installed, ...second.installed],
    applied: first.applied + second.applied,
    duplicates: first.duplicates + second.duplicates,
    dead: first.dead + second.dead,
    parked: first.parked + second.parked,
  };
}

import { ledgerLineOf, type StoredWebhook } from '@hub/contracts';
import type { Condition } from '../alerts/alerts.ts';

const MAX_IDS = 100;

/** A pack that is not accounted for in time, read from the inbox again. */
export interface OverduePack {
  readonly sequence: number;
  readonly storedAtMs: number;
  /** Settled without having been counted is as wrong as the other way round. */
  readonly isSettled: boolean;
  readonly lane: string;
  /** Of the tenants in it: how many webhooks of theirs are overdue in all packs, those included that were not read. */
  readonly totals: Readonly<Record<string, number>>;
  readonly webhooks: readonly StoredWebhook[];
}

interface Overdue {
  webhooks: number;
  /** Of these, in packs that were read. */
  read: number;
  oldestMs: number;
  lanes: Set<string>;
  eventIds: string[];
  packs: { sequence: number; storedAtMs: number; isSettled: boolean }[];
}

/** What to tell about overdue packs, tenant by tenant, with the ids of up to 100 webhooks each. */
export function imbalancesOf(packs: readonly OverduePack[]): Condition[] {
  const byTenant = new Map<string, Overdue>();
  for (const pack of packs) {
    for (const webhook of pack.webhooks) {
      const line = ledgerLineOf(webhook);
      if (line !== null) add(byTenant, line.tenantId, pack, webhook);
    }
  }
  return [...byTenant].map(([tenantId, { lanes, read: _read, ...overdue }]) => ({
    subject: 'ledger',
    tenantId,
    summary: `${overdue.webhooks} webhooks are not accounted for after 2 minutes`,
    context: { ...overdue, lanes: [...lanes] },
  }));
}

function add(byTenant: Map<string, Overdue>, tenantId: string, pack: OverduePack, webhook: StoredWebhook): void {
  const overdue = byTenant.get(tenantId) ?? {
    webhooks: 0,
    read: 0,
    oldestMs: webhook.receivedAtMs,
    lanes: new Set(),
    eventIds: [],
    packs: [],
  };
  overdue.read += 1;
  overdue.webhooks = Math.max(overdue.read, pack.totals[tenantId] ?? 0);
  overdue.oldestMs = Math.min(overdue.oldestMs, webhook.receivedAtMs);
  overdue.lanes.add(pack.lane);
  if (overdue.eventIds.length < MAX_IDS) overdue.eventIds.push(webhook.eventId);
  if (overdue.packs.at(-1)?.sequence !== pack.sequence) {
    overdue.packs.push({ sequence: pack.sequence, storedAtMs: pack.storedAtMs, isSettled: pack.isSettled });
  }
  byTenant.set(tenantId, overdue);
}

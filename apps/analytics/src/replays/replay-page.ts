import { REPLAY_HEADER, type ReceivedWebhook } from '@hub/contracts';
import { deliveriesToSend, type DeliveryPosition, lettersToSend, markSentAgain, type Tx } from '@hub/database';
import { letterSelection, selectedLetters } from '../dead-letters/letter-search.ts';
import { deliverySelection, selectedDeliveries } from '../deliveries/delivery-search.ts';
import type { LeasedReplay } from './replay-store.ts';

/** What a job sends next. */
export interface ReplayPage {
  readonly webhooks: readonly ReceivedWebhook[];
  /** Where the page after it begins. */
  readonly cursor: object;
  /** Whether nothing was left to look at. */
  readonly isOver: boolean;
  /** Letters to be marked once the page is sent. */
  readonly letterIds: readonly string[];
}

/** What comes after the order is not part of the job: it would never end otherwise. */
export interface LetterCursor {
  readonly afterId: string;
  readonly upToId: string;
}

export interface DeliveryCursor {
  readonly after: DeliveryPosition | null;
  /** Epoch ms, excluded. */
  readonly upToMs: number;
}

export function replayPage(tx: Tx, job: LeasedReplay, limit: number): Promise<ReplayPage> {
  return job.kind === 'dead' ? pageOfLetters(tx, job, limit) : pageOfDeliveries(tx, job, limit);
}

async function pageOfLetters(tx: Tx, job: LeasedReplay, limit: number): Promise<ReplayPage> {
  const cursor = job.cursor as unknown as LetterCursor;
  const filter = selectedLetters(scopeOf(job), letterSelection.parse(job.filter));
  const letters = await lettersToSend(tx, filter, { ...cursor, limit });
  const wanted = letters.filter(({ matches }) => matches);
  return {
    webhooks: wanted.map(({ webhook }) => marked(webhook, job.id)),
    cursor: { ...cursor, afterId: letters.at(-1)?.id ?? cursor.afterId },
    isOver: letters.length === 0,
    letterIds: wanted.map(({ id }) => id),
  };
}

async function pageOfDeliveries(tx: Tx, job: LeasedReplay, limit: number): Promise<ReplayPage> {
  const { after, upToMs } = job.cursor as unknown as DeliveryCursor;
  const { toMs = upToMs, ...filter } = selectedDeliveries(scopeOf(job), deliverySelection.parse(job.filter));
  const bounded = { ...filter, toMs: Math.min(toMs, upToMs) };
  const deliveries = await deliveriesToSend(tx, bounded, { jobId: job.id, after, limit });
  const cursor: DeliveryCursor = { after: deliveries.at(-1)?.position ?? after, upToMs };
  return {
    webhooks: deliveries.flatMap(({ webhook }) => (webhook === null ? [] : [marked(webhook, job.id)])),
    cursor,
    isOver: deliveries.length === 0,
    letterIds: [],
  };
}

function scopeOf({ tenantId }: LeasedReplay) {
  return { tenantIds: tenantId === '*' ? undefined : [tenantId] };
}

/** Same bytes, id and time; the header says who sent it this time. */
function marked(webhook: ReceivedWebhook, jobId: string): ReceivedWebhook {
  return { ...webhook, headers: { ...webhook.headers, [REPLAY_HEADER]: jobId } };
}

export async function markPage(tx: Tx, page: ReplayPage, nowMs: number): Promise<void> {
  if (page.letterIds.length > 0) await markSentAgain(tx, page.letterIds, nowMs);
}

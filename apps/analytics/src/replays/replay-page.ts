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
  /** Whether nothing comes after it. */
  readonly isOver: boolean;
  /** Letters to be marked once the page is sent. */
  readonly letterIds: readonly string[];
}

export interface LetterCursor {
  readonly afterId: string;
  readonly upToId: string;
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
    cursor: { ...cursor, afterId: letters.at(-1)?.id ?? cursor.upToId },
    isOver: letters.length < limit,
    letterIds: wanted.map(({ id }) => id),
  };
}

async function pageOfDeliveries(tx: Tx, job: LeasedReplay, limit: number): Promise<ReplayPage> {
  const after = job.cursor as unknown as DeliveryPosition | null;
  const filter = selectedDeliveries(scopeOf(job), deliverySelection.parse(job.filter));
  const deliveries = await deliveriesToSend(tx, filter, { jobId: job.id, after, limit });
  const { receivedAtMs, packSequence, packPosition } = deliveries.at(-1)?.position ?? NOWHERE;
  return {
    webhooks: deliveries.flatMap(({ webhook }) => (webhook === null ? [] : [marked(webhook, job.id)])),
    cursor: { receivedAtMs, packSequence, packPosition },
    isOver: deliveries.length < limit,
    letterIds: [],
  };
}

const NOWHERE: DeliveryPosition = { receivedAtMs: 0, packSequence: '0', packPosition: 0 };

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

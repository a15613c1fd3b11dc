import { UNKNOWN_TENANT } from './ledger-line.ts';
import type { ReceivedWebhook } from './webhook-received.ts';

/** Header of a webhook that a replay job put into the inbox again: the id of the job. No sender can set it. */
export const REPLAY_HEADER = 'hub-replay';

export interface PackLimits {
  readonly maxBytes: number;
  readonly maxCount: number;
}

/** Small enough to let others in between. */
const REPLAY_PACK: PackLimits = { maxBytes: 256 * 1_024, maxCount: 100 };

/** Headers and other fields of one webhook in a pack, generously. */
const HEAD_BYTES = 2_048;

/** A pack of one tenant, for the slow lane: what is sent again never holds up what is new. */
export interface TenantPack {
  /** Token of the subject. */
  readonly tenant: string;
  readonly webhooks: readonly ReceivedWebhook[];
}

/** What is sent again, each tenant's in its order. */
export function packsToSendAgain(webhooks: readonly ReceivedWebhook[]): TenantPack[] {
  const byTenant = Map.groupBy(webhooks, ({ tenantId }) => tenantId ?? UNKNOWN_TENANT);
  return [...byTenant].flatMap(([tenant, ofTenant]) =>
    inPacks(ofTenant, REPLAY_PACK).map((pack) => ({ tenant, webhooks: pack })),
  );
}

/** Webhooks in their order, in packs within the limits; one that is larger than a pack goes alone. */
export function inPacks(webhooks: readonly ReceivedWebhook[], { maxBytes, maxCount }: PackLimits): ReceivedWebhook[][] {
  const packs: ReceivedWebhook[][] = [];
  let bytes = 0;
  for (const webhook of webhooks) {
    const size = webhook.body.length + HEAD_BYTES;
    const pack = packs.at(-1);
    if (pack === undefined || pack.length === maxCount || bytes + size > maxBytes) {
      packs.push([webhook]);
      bytes = size;
    } else {
      pack.push(webhook);
      bytes += size;
    }
  }
  return packs;
}

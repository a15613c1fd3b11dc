import { ledgerLineOf, type ReceivedWebhook } from '@hub/contracts';
import type { Inbound, Outcome } from '@hub/messaging';

/** One message of INBOX; sequence and time of storing name it for good. */
export interface Pack {
  readonly sequence: number;
  /** Epoch ms, by the broker. */
  readonly storedAtMs: number;
  /** How often it was delivered, this time included. */
  readonly deliveries: number;
  readonly webhooks: readonly ReceivedWebhook[];
  /** Of the span that wrote it, where the gateway recorded one. */
  readonly traceparent?: string | null;
}

export function packOf({
  sequence,
  storedAtMs,
  deliveries,
  payload,
  traceparent,
}: Inbound<readonly ReceivedWebhook[]>): Pack {
  return { sequence, storedAtMs, deliveries, webhooks: payload, traceparent };
}

/** A settled pack is done, another comes again. @param again By sequence, after how many ms. */
export function outcomeOf(
  { sequence }: Pick<Inbound<unknown>, 'sequence'>,
  again: ReadonlyMap<number, number>,
): Outcome {
  const afterMs = again.get(sequence);
  return afterMs === undefined ? { kind: 'done' } : { kind: 'retry', afterMs };
}

/**
 * Whole packs in their order, up to `maxWebhooks` together: a pack is settled in one transaction, so it is never cut.
 * A pack with more than that goes alone.
 */
export function batchesOf(packs: readonly Pack[], maxWebhooks: number): Pack[][] {
  const batches: Pack[][] = [];
  let room = 0;
  for (const pack of packs) {
    const batch = batches.at(-1);
    if (batch === undefined || pack.webhooks.length > room) {
      batches.push([pack]);
      room = maxWebhooks - pack.webhooks.length;
    } else {
      batch.push(pack);
      room -= pack.webhooks.length;
    }
  }
  return batches;
}

/** Every tenant on whose line of the ledger a webhook of the packs is counted. */
export function countedTenantsOf(packs: readonly Pack[]): string[] {
  return [
    ...new Set(packs.flatMap(({ webhooks }) => webhooks.flatMap((webhook) => ledgerLineOf(webhook)?.tenantId ?? []))),
  ];
}

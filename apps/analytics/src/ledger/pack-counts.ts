import { ledgerLineOf, type StoredWebhook } from '@hub/contracts';

/** What one pack brought for one line of the ledger. */
export interface PackCount {
  readonly tenantId: string;
  /** Epoch ms. */
  readonly minuteMs: number;
  readonly received: number;
  /** When the oldest of them came in, epoch ms. */
  readonly oldestMs: number;
}

/** Sums of a pack by tenant and minute, without probes. */
export function packCountsOf(webhooks: readonly StoredWebhook[]): PackCount[] {
  const counts = new Map<string, PackCount>();
  for (const webhook of webhooks) {
    const line = ledgerLineOf(webhook);
    if (line === null) continue;
    const key = `${line.tenantId} ${line.minuteMs}`;
    const known = counts.get(key);
    counts.set(key, {
      ...line,
      received: (known?.received ?? 0) + 1,
      oldestMs: Math.min(known?.oldestMs ?? webhook.receivedAtMs, webhook.receivedAtMs),
    });
  }
  return [...counts.values()];
}

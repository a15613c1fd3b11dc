import { isSubjectToken } from './contract.ts';
import type { ReceivedWebhook } from './webhook-received.ts';

/** Where a webhook is counted when its tenant is not known; no tenant can have this id. */
export const UNKNOWN_TENANT = '_';

const MINUTE_MS = 60_000;

/** One line of the conservation ledger: what came in for one tenant in one minute, and what became of it. */
export interface LedgerLine {
  readonly tenantId: string;
  /** Epoch ms at which the minute begins. */
  readonly minuteMs: number;
}

/**
 * The line a stored webhook is counted on. Whoever counts what came in and whoever counts what became of it ask here, so
 * that both sides meet on the same line.
 * @returns null for a probe, which is no one's.
 */
export function ledgerLineOf(
  webhook: Pick<ReceivedWebhook, 'tenantId' | 'source' | 'receivedAtMs'>,
): LedgerLine | null {
  if (webhook.source === 'probe') return null;
  const { tenantId, receivedAtMs } = webhook;
  return {
    tenantId: tenantId !== null && isSubjectToken(tenantId) ? tenantId : UNKNOWN_TENANT,
    minuteMs: minuteOf(receivedAtMs),
  };
}

/** The minute of a time, in epoch ms. */
export function minuteOf(atMs: number): number {
  return Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
}

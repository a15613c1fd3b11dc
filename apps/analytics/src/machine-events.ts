import { byTime, type LeadEvent } from '@hub/contracts';
import type { Tx } from '@hub/database';
import { AT_DELIVERY_MS, BURST_MS, isClick, isOpen, machinesAmong } from '@hub/intelligence/machines';

/** Opens and clicks of machines, by event id. */
export type Machines = ReturnType<typeof machinesAmong>;

const MAX_ROWS = 1_000;

/**
 * Which opens and clicks on a page of a lead's events are a machine's. What tells may stand just outside the page: the
 * delivery before its first event, the click that completes a burst after its last.
 */
export async function machinesOn(
  tx: Tx,
  { tenantId, leadId }: { readonly tenantId: string; readonly leadId: string },
  page: readonly { readonly lead_events: readonly LeadEvent[] | null }[],
): Promise<Machines> {
  const asked = page
    .flatMap(({ lead_events: events }) => events ?? [])
    .filter((event) => isOpen(event) || isClick(event));
  if (asked.length === 0) return new Map();
  const times = asked.map(({ atMs }) => atMs);
  const rows = await tx.query<{ lead_events: LeadEvent[] }>({
    name: 'mail-around',
    text: `SELECT lead_events FROM events
      WHERE tenant_id = $1 AND lead_id = $2 AND lead_events IS NOT NULL
        AND at >= to_timestamp($3::float8 / 1000) AND at <= to_timestamp($4::float8 / 1000)
      ORDER BY at DESC LIMIT $5`,
    values: [tenantId, leadId, Math.min(...times) - AT_DELIVERY_MS, Math.max(...times) + BURST_MS, MAX_ROWS],
  });
  return machinesAmong(rows.flatMap((row) => row.lead_events).toSorted(byTime));
}

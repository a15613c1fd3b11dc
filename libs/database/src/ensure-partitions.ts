/** GoHighLevel can resend for 30 days; some more for those who look a little later. */
export const DELIVERIES_KEPT_DAYS = 35;

const MONTHS_AHEAD = 3;
const DAYS_BEHIND = 1;
const DAYS_AHEAD = 7;

/** Makes the partitions of the time to come and drops deliveries past their time: cheap to repeat. */
export async function ensurePartitions(
  run: (text: string, values: unknown[]) => Promise<unknown>,
  nowMs: number,
): Promise<void> {
  await run('SELECT ensure_partitions(to_timestamp($1::float8 / 1000), $2)', [nowMs, MONTHS_AHEAD]);
  await run('SELECT ensure_delivery_days(to_timestamp($1::float8 / 1000), $2, $3, $4)', [
    nowMs,
    DAYS_BEHIND,
    DAYS_AHEAD,
    DELIVERIES_KEPT_DAYS,
  ]);
}

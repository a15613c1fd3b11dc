/** Most that a webhook waits for company. */
const MAX_PACE_MS = 4;
const FROM_SHARE = 0.5;
const UP_TO_SHARE = 0.8;

/**
 * Least time between two writes of the live lane, in ms. While the event loop has time to spare, a webhook is written at once.
 * When it has not, each write that is saved is time for webhooks: Nagle's trade (RFC 896), made only under load.
 * @param share How busy the loop is, in [0, 1].
 */
export function livePaceMs(share: number): number {
  const over = (share - FROM_SHARE) / (UP_TO_SHARE - FROM_SHARE);
  return MAX_PACE_MS * Math.min(1, Math.max(0, over));
}

/** Older servers cannot sync to disk before the ack, or may lose a stream in a crash. */
export const OLDEST_SERVER = '2.10.23';

/** First server that knows `persist_mode` of a stream. */
const PERSIST_MODE_SERVER = '2.12.0';

/** Whether `found` is `needed` or later; a pre-release (`2.12.0-RC.1`) counts as its release. */
export function isAtLeast(found: string, needed: string): boolean {
  const have = numbersOf(found);
  const want = numbersOf(needed);
  for (let i = 0; i < 3; i++) {
    const difference = (have[i] ?? 0) - (want[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

export function knowsPersistMode(serverVersion: string): boolean {
  return isAtLeast(serverVersion, PERSIST_MODE_SERVER);
}

function numbersOf(version: string): number[] {
  return /^v?(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? [];
}

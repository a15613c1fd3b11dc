import type { Headers } from '@hub/sources';

// An allow list: whatever else a sender or proxy adds may hold credentials.
const KEPT = ['content-type', 'user-agent', 'x-ghl-signature'];

const MAX_VALUE_LENGTH = 300;

/** Bytes that the kept headers and the other fields of a webhook's entry take in a pack at most. */
export const MAX_ENTRY_BYTES = 4_096;

/** The request headers that replaying a webhook needs; long values are cut. */
export function keptHeaders(headers: Headers): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of KEPT) {
    const value = headers[name];
    if (typeof value === 'string') kept[name] = value.slice(0, MAX_VALUE_LENGTH);
  }
  return kept;
}

import type { Headers } from '@hub/sources';

// An allow list: whatever else a sender or proxy adds may hold credentials.
const KEPT = ['content-type', 'user-agent'];

/** Secrets where they are sent: not kept, whatever a source calls the header of its signature. */
const SECRET: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization', 'x-hub-secret']);

const MAX_VALUE_LENGTH = 300;

/** Bytes that the kept headers and the other fields of a webhook's entry take in a pack at most. */
export const MAX_ENTRY_BYTES = 8_192;

/**
 * The request headers that replaying a webhook needs; long values are cut.
 * @param signedHeaders Those that its source verified it by.
 */
export function keptHeaders(headers: Headers, signedHeaders: readonly string[]): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of [...KEPT, ...signedHeaders]) {
    const value = headers[name];
    if (typeof value === 'string' && !SECRET.has(name)) kept[name] = value.slice(0, MAX_VALUE_LENGTH);
  }
  return kept;
}

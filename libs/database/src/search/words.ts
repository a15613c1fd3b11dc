/** Ids and dates stay whole, so that one search for one id reads one list of an index. */
const WORD =
  /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(\d{4}-\d\d-\d\d)(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?|[\p{L}\p{M}\p{N}_]+/giu;

const MAX_WORD_CHARS = 100;

/**
 * The words of a text as the index of deliveries and letters knows them, each once: in lower case, UUIDs whole, of times
 * only the day. A search asks with the same function that a webhook was indexed with.
 */
export function wordsOf(text: string): string[] {
  const words = Array.from(text.matchAll(WORD), ([word, day]) =>
    (day ?? word.slice(0, MAX_WORD_CHARS).toWellFormed()).toLowerCase(),
  );
  return [...new Set(words)];
}

/** Stands among the words of everything a tenant owns; no text has it. With it the index itself keeps to one tenant. */
export function tenantWord(tenantId: string): string {
  return `@${tenantId}`;
}

/** A `tsquery` for rows that have all of `words` and, where tenants are named, belong to one of them. */
export function wordQuery(words: readonly string[], tenantIds: readonly string[] | undefined): string {
  const all = words.map(quoted);
  if (tenantIds !== undefined) all.push(`(${tenantIds.map((id) => quoted(tenantWord(id))).join(' | ')})`);
  return all.join(' & ');
}

function quoted(word: string): string {
  return `'${word.replaceAll(/['\\]/g, '$&$&')}'`;
}

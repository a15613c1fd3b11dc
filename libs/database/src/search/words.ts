/** Of lower case. Ids and times stay whole, so that one search for one id reads one list of an index. */
const WORD =
  /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\d(?:t[\d:.]+(?:z|[+-]\d\d:?\d\d)?)?|[\p{L}\p{M}\p{N}_]+/gu;

const MAX_WORD_CHARS = 100;
const DAY_CHARS = 10;

/**
 * The words of a text as the index of deliveries and letters knows them, each once: in lower case, UUIDs whole, of times
 * only the day. A search asks with the same function that a webhook was indexed with.
 */
export function wordsOf(text: string): string[] {
  return [...new Set(text.toLowerCase().match(WORD)?.map(indexed))];
}

function indexed(word: string): string {
  // Of all that is a word only a time has a dash there.
  if (word.charAt(4) === '-') return word.slice(0, DAY_CHARS);
  return word.length > MAX_WORD_CHARS ? word.slice(0, MAX_WORD_CHARS).toWellFormed() : word;
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

import { storableText, tenantWord, wordsOf } from '@hub/database';

const utf8 = new TextDecoder('utf-8');

/**
 * The words by which a webhook of a tenant is found.
 * @param maxChars Longer texts are cut: a search finds what stands in the first so many characters.
 */
export function indexWords(tenantId: string, body: Uint8Array, maxChars: number): string[] {
  return [tenantWord(tenantId), ...wordsOf(valuesText(body, maxChars))];
}

/** The values of a body as one text; names of fields are left out, they are the same everywhere. What is no JSON is itself. */
function valuesText(body: Uint8Array, maxChars: number): string {
  const text = utf8.decode(body);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text.slice(0, maxChars); // Not JSON.
  }
  const found: string[] = [];
  collect(value, found, maxChars);
  return found.join(' ').slice(0, maxChars);
}

/** @returns How many characters may still be added. */
function collect(value: unknown, into: string[], left: number): number {
  if (left <= 0) return left;
  if (typeof value === 'string' || typeof value === 'number') {
    const text = String(value);
    into.push(text);
    return left - text.length - 1;
  }
  if (typeof value !== 'object' || value === null) return left;
  let rest = left;
  for (const inner of Object.values(value)) rest = collect(inner, into, rest);
  return rest;
}

/** Fits a column with an index: longer texts are cut. */
export function storableName(text: string | null): string | null {
  return text === null ? null : storableText(text).slice(0, MAX_NAME_CHARS);
}

const MAX_NAME_CHARS = 200;

const SHOWN_CHARACTERS = 64;
// A character of UTF-8 takes four bytes at most.
const READ_BYTES = 4 * SHOWN_CHARACTERS;

/**
 * The beginning of a body with its shape kept and its content gone: letters read `x`, digits `0`, what does not print `.`.
 * Enough to tell JSON from a form or from HTML, and nothing to identify anyone.
 */
export function maskedStart(body: Uint8Array): string {
  const text = new TextDecoder().decode(body.subarray(0, READ_BYTES));
  return Array.from(text).slice(0, SHOWN_CHARACTERS).map(masked).join('');
}

function masked(character: string): string {
  if (/\p{L}|\p{M}/u.test(character)) return 'x';
  if (/\p{N}/u.test(character)) return '0';
  return /[\x20-\x7e]/.test(character) ? character : '.';
}

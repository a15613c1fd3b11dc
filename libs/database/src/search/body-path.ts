/** A value at a place in a JSON body, such as `$.contact.email` being `ann@example.com`. */
export interface BodyPath {
  /** A jsonpath of Postgres, made of names, indexes and `[*]` only. */
  readonly path: string;
  readonly value: string | number | boolean | null;
}

const STEP = /^(?:\.([A-Za-z_][A-Za-z0-9_-]*)|\[(\d{1,6}|\*)\])/;
const MAX_STEPS = 12;

/**
 * Reads `$.a.b[0]=value`. A value that is JSON (a number, true, false, null, a quoted text) is taken as that, else as text.
 * @returns null when it is not of that form.
 */
export function parseBodyPath(text: string): BodyPath | null {
  const [, steps, value] = /^\$([^=]*)=(.*)$/s.exec(text) ?? [];
  if (steps === undefined || value === undefined || steps === '') return null;
  const path = parseSteps(steps);
  return path === null ? null : { path, value: parseValue(value) };
}

function parseSteps(text: string): string | null {
  let [rest, path] = [text, '$'];
  for (let count = 0; rest !== ''; count += 1) {
    const [whole, name, index] = STEP.exec(rest) ?? [];
    if (whole === undefined || count === MAX_STEPS) return null;
    // A quoted name means itself, whatever jsonpath makes of it otherwise.
    path += name === undefined ? `[${index}]` : `."${name}"`;
    rest = rest.slice(whole.length);
  }
  return path;
}

function parseValue(text: string): BodyPath['value'] {
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value as BodyPath['value'];
  } catch {
    // No JSON, so it is the text that it is.
  }
  return text;
}

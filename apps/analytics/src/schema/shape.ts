/** What JSON knows. */
export type Kind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

export interface Seen {
  readonly kind: Kind;
  /** Of a value: letters as x, digits as 0, cut short. Null for what has no text. */
  readonly example: string | null;
}

const MAX_DEPTH = 8;
const MAX_PATHS = 400;
/** An object with more keys than this is a map whose keys are data. */
const MAX_KEYS = 60;
/** Of an array the first are looked at: they look alike. */
const MAX_ITEMS = 20;
const MAX_EXAMPLE = 40;

/** A name that a person chose for a field. */
const FIELD_NAME = /^[A-Za-z_$@][\w$@ -]{0,63}$/;
/** Ids: UUIDs, long hexadecimal, and mixtures of letters and digits that nobody would type. */
const ID = /^([0-9a-f]{8}-[0-9a-f-]{20,}|[0-9a-f]{16,}|(?=[^a-z]*[a-z])(?=.*\d)[A-Za-z0-9]{16,})$/i;

/**
 * Paths of a body with the kinds they had, `[]` for the items of an array and `*` for keys that are data. Bounded in depth
 * and width, whatever the body.
 */
export function shapeOf(body: unknown): ReadonlyMap<string, readonly Seen[]> {
  const shape = new Map<string, Seen[]>();
  visit(body, '', 0, shape);
  return shape;
}

/** The key as it stands in a path: ids and free text are one key, so that a map keyed by contacts is one field. */
export function pathKey(key: string): string {
  return FIELD_NAME.test(key) && !ID.test(key) ? key : '*';
}

/** Shows how a value is written and nothing of what it says. */
export function masked(text: string): string {
  const cut = text.length > MAX_EXAMPLE ? `${text.slice(0, MAX_EXAMPLE)}…` : text;
  return cut
    .toWellFormed()
    .replaceAll(/\p{L}|\p{M}/gu, 'x')
    .replaceAll(/\p{N}/gu, '0')
    .replaceAll(/[^\x20-\x7e…]/gu, '?');
}

function visit(value: unknown, path: string, depth: number, shape: Map<string, Seen[]>): void {
  if (path !== '') note(value, path, shape);
  if (depth >= MAX_DEPTH || typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value.slice(0, MAX_ITEMS)) visit(item, `${path}[]`, depth + 1, shape);
    return;
  }
  const entries = Object.entries(value);
  const isMap = entries.length > MAX_KEYS;
  for (const [key, held] of entries.slice(0, isMap ? MAX_ITEMS : MAX_KEYS)) {
    const name = isMap ? '*' : pathKey(key);
    visit(held, path === '' ? name : `${path}.${name}`, depth + 1, shape);
  }
}

/** Each kind once per path. */
function note(value: unknown, path: string, shape: Map<string, Seen[]>): void {
  const kind = kindOf(value);
  const known = shape.get(path);
  if (known === undefined) {
    if (shape.size < MAX_PATHS) shape.set(path, [{ kind, example: exampleOf(value) }]);
  } else if (!known.some((seen) => seen.kind === kind)) {
    known.push({ kind, example: exampleOf(value) });
  }
}

function kindOf(value: unknown): Kind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value as Kind;
    default:
      return 'object';
  }
}

function exampleOf(value: unknown): string | null {
  if (typeof value === 'string') return masked(value);
  if (typeof value === 'number') return masked(String(value));
  return typeof value === 'boolean' ? String(value) : null;
}

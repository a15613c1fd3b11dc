/** A JSON object as it came: nothing about its fields is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

export type JsonBody =
  | { readonly ok: true; readonly payload: JsonObject }
  | { readonly ok: false; readonly reason: 'notJson' | 'notAnObject' };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a webhook's body: UTF-8 JSON whose top is an object. */
export function parseBody(rawBody: Uint8Array): JsonBody {
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(rawBody));
  } catch {
    return { ok: false, reason: 'notJson' };
  }
  return isObject(value) ? { ok: true, payload: value } : { ok: false, reason: 'notAnObject' };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

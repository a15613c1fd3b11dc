import type { ReceivedWebhook } from '@hub/contracts';

/** Names and framing of the fields, an id, a trace. */
const FIELDS_BYTES = 400;

/** What a webhook takes in a pack. */
export function entryBytes({ body, headers }: ReceivedWebhook): number {
  return Object.entries(headers).reduce(
    (sum, [name, value]) => sum + name.length + value.length,
    body.length + FIELDS_BYTES,
  );
}

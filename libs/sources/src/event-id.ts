import { createHash } from 'node:crypto';

export interface EventOrigin {
  readonly sourceId: string;
  readonly tenantId: string | null;
}

/** Printable and without blanks: an event id goes into headers, logs and database keys. */
const USABLE = /^[\x21-\x7e]{1,128}$/;

/**
 * The id of an event of a configured source: the sender's own behind the source's, since two senders of one tenant may
 * both count from 1. Without one, SHA-256 of source, tenant and bytes.
 * @param sent What the sender calls it; null when it gave no id.
 */
export function eventIdOf({ sourceId, tenantId }: EventOrigin, sent: string | null, body: Uint8Array): string {
  if (sent !== null && USABLE.test(sent)) return `${sourceId}:${sent}`;
  const digest = createHash('sha256').update(`${sourceId}\n${tenantId ?? ''}\n`);
  return (sent === null ? digest.update(body) : digest.update(`id ${sent}`)).digest('hex');
}

import { copiesOf, decisionOf, findLetters, readKeptWebhook, readLetter, type Tx } from '@hub/database';
import { readableBody } from '../event-body.ts';
import type { DeliveryLife } from './delivery-shapes.ts';

/** What became of one webhook, from its bytes to the decision. @returns null when nothing is known of it. */
export async function deliveryLifeOf(tx: Tx, tenantId: string, eventId: string): Promise<DeliveryLife | null> {
  const kept = await readKeptWebhook(tx, tenantId, eventId);
  if (kept === null) return null;
  const copies = await copiesOf(tx, tenantId, eventId);
  const applied = copies.find(({ outcome }) => outcome === 'applied');
  const { headers, traceparent, body } = kept.webhook;
  return {
    tenantId,
    eventId,
    atMs: kept.atMs,
    headers,
    traceparent,
    ...readableBody(Buffer.from(body)),
    copies,
    decision: applied === undefined ? null : await decisionOf(tx, applied),
    letter: await letterOf(tx, tenantId, eventId),
  };
}

async function letterOf(tx: Tx, tenantId: string, eventId: string): Promise<DeliveryLife['letter']> {
  const { rows } = await findLetters(tx, { tenantIds: [tenantId], eventId }, { limit: 1, after: undefined });
  const [line] = rows;
  const letter = line === undefined ? null : await readLetter(tx, line.id);
  return line === undefined || letter === null ? null : { ...line, attemptLog: [...letter.attemptLog] };
}

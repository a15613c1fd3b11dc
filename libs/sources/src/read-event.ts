import { parseBody } from '@hub/crm-ghl';
import { type EventOrigin, eventIdOf } from './event-id.ts';
import type { IncomingEvent } from './source.ts';

const MAX_TYPE_LENGTH = 200;

/**
 * A body as the one event it is.
 * @param sentId The id that the request gives it outside of the body; undefined: the body's own `id` counts.
 */
export function readEvent(origin: EventOrigin, body: Uint8Array, sentId?: string | null): IncomingEvent {
  const parsed = parseBody(body);
  const { id, type } = parsed.ok ? parsed.payload : {};
  return {
    eventId: eventIdOf(origin, sentId === undefined ? textOf(id) : sentId, body),
    tenantId: origin.tenantId,
    type: textOf(type)?.slice(0, MAX_TYPE_LENGTH) ?? null,
    body,
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

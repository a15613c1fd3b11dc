import { createHash } from 'node:crypto';
import { isSubjectToken } from '@hub/contracts';
import { isObject, type JsonObject, parseBody } from './json-body.ts';

export interface Identity {
  /** `webhookId`, the same in every retry and resend; without a usable one, SHA-256 (hex) of source, tenant and bytes. */
  readonly eventId: string;
  /** The GHL location. Null when the body names none that could be a tenant: agency events, foreign shapes. */
  readonly tenantId: string | null;
  /** The app it was sent for: the OAuth client id up to its first `-`. */
  readonly appId: string | null;
  /** The body's own `type`, unchecked. */
  readonly type: string | null;
  /** False when the body is not a JSON object. */
  readonly readable: boolean;
}

/** Printable and without blanks: an event id goes into headers, logs and database keys. */
const EVENT_ID = /^[\x21-\x7e]{1,200}$/;

/** What the gateway must know of a webhook before it stores the bytes. Never throws. */
export function identify(rawBody: Uint8Array): Identity {
  const body = parseBody(rawBody);
  const payload = body.ok ? body.payload : {};
  const tenantId = tenantOf(payload);
  const webhookId = payload['webhookId'];
  const usable = typeof webhookId === 'string' && EVENT_ID.test(webhookId);
  return {
    eventId: usable ? webhookId : digest(tenantId, rawBody),
    tenantId,
    appId: textOf(payload['appId']),
    type: textOf(payload['type']),
    readable: body.ok,
  };
}

/** Money events name the location as `altId`, location events as their own `id`, some shapes only deeper down. */
function tenantOf(payload: JsonObject): string | null {
  const type = payload['type'];
  return (
    tenantId(payload['locationId']) ??
    (payload['altType'] === 'location' ? tenantId(payload['altId']) : null) ??
    (type === 'LocationCreate' || type === 'LocationUpdate' ? tenantId(payload['id']) : null) ??
    nestedTenant(payload['appointment']) ??
    nestedTenant(payload['contactSnapshot'])
  );
}

function nestedTenant(part: unknown): string | null {
  return isObject(part) ? tenantId(part['locationId']) : null;
}

/** An id that could not stand in a subject cannot be a tenant of ours. */
function tenantId(value: unknown): string | null {
  return typeof value === 'string' && isSubjectToken(value) ? value : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= 200 ? value : null;
}

function digest(tenantId: string | null, rawBody: Uint8Array): string {
  return createHash('sha256')
    .update(`ghl\n${tenantId ?? ''}\n`)
    .update(rawBody)
    .digest('hex');
}

import type { IncomingMessage } from 'node:http';
import { isSubjectToken } from '@hub/contracts';
import { mayRead, type Session, sessionFromCookie } from '@hub/session';

/** What a request for a stream says about itself. */
export interface Knock {
  readonly cookie: string | undefined;
  readonly origin: string | undefined;
  readonly tenant: string | null;
  /** Sequence to resume after, as sent. */
  readonly after: string | null;
}

export interface Refusal {
  readonly admitted: false;
  readonly status: 400 | 401 | 403 | 404 | 429 | 503;
  readonly code: string;
  readonly message: string;
}

export interface Admitted {
  readonly admitted: true;
  readonly session: Session;
  readonly tenantId: string;
  /** null: begin with what comes next. */
  readonly after: number | null;
}

export interface DoorRules {
  readonly sessionSecret: string;
  readonly allowedOrigins: readonly string[];
}

const SEQUENCE = /^\d{1,15}$/;

export function knockOf(request: IncomingMessage): Knock {
  const query = new URLSearchParams((request.url ?? '').split('?', 2)[1]);
  const lastEventId = request.headers['last-event-id'];
  return {
    cookie: request.headers.cookie,
    origin: request.headers.origin,
    tenant: query.get('tenant'),
    // A browser that reconnects repeats the first URL; the header is newer than what that says.
    after: typeof lastEventId === 'string' && lastEventId !== '' ? lastEventId : query.get('after'),
  };
}

/**
 * Whether a screen may have the stream it asks for. A tenant of someone else looks like one that does not exist.
 * Clients other than browsers send no Origin; browsers always do where it matters.
 */
export function admit(knock: Knock, rules: DoorRules, nowMs: number): Admitted | Refusal {
  if (knock.origin !== undefined && !rules.allowedOrigins.includes(knock.origin)) {
    return refuse(403, 'originNotAllowed', 'this origin may not open streams; see ALLOWED_ORIGINS');
  }
  const session = sessionFromCookie(rules.sessionSecret, knock.cookie, nowMs);
  if (session === null) return refuse(401, 'notSignedIn', 'sign in first');
  if (knock.tenant === null || knock.tenant === '') return refuse(400, 'tenantMissing', '?tenant= is missing');
  if (!isSubjectToken(knock.tenant) || !mayRead(session, knock.tenant)) {
    return refuse(404, 'tenantNotFound', 'there is no such tenant');
  }
  if (knock.after !== null && !SEQUENCE.test(knock.after)) {
    return refuse(400, 'afterInvalid', 'after must be a sequence number');
  }
  return { admitted: true, session, tenantId: knock.tenant, after: knock.after === null ? null : Number(knock.after) };
}

export function refuse(status: Refusal['status'], code: string, message: string): Refusal {
  return { admitted: false, status, code, message };
}

/** The answer to a refused request: errors look the same in all services. */
export function refusalAnswer({ status, code, message }: Refusal): { headers: Record<string, string>; body: string } {
  const later = status === 429 || status === 503;
  return {
    headers: { 'content-type': 'application/json; charset=utf-8', ...(later && { 'retry-after': '5' }) },
    body: JSON.stringify({ error: { code, message } }),
  };
}

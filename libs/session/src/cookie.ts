import { openSession, type Session } from './session.ts';

export const SESSION_COOKIE = 'hub_session';

/**
 * The session in a `Cookie` header. Browsers send several cookies of one name, in no dependable order, when paths or
 * domains differ (RFC 6265, 4.2.2): the first that opens counts, so a stale or planted one cannot lock anyone out.
 */
export function sessionFromCookie(secret: string, cookieHeader: string | undefined, nowMs: number): Session | null {
  if (cookieHeader === undefined) return null;
  for (const pair of cookieHeader.split(';')) {
    const equals = pair.indexOf('=');
    if (equals === -1 || pair.slice(0, equals).trim() !== SESSION_COOKIE) continue;
    const session = openSession(secret, pair.slice(equals + 1).trim(), nowMs);
    if (session !== null) return session;
  }
  return null;
}

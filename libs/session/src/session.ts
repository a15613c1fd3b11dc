import { createHmac, timingSafeEqual } from 'node:crypto';

/** Who is signed in, and for how long. `tenants` is '*' for those who may see every tenant. */
export interface Session {
  readonly userId: string;
  readonly name: string;
  readonly tenants: readonly string[] | '*';
  readonly expiresAtMs: number;
}

/** Shortest secret that is accepted, in characters. */
export const MIN_SECRET_LENGTH = 32;

// A cookie holds no more; anything longer is refused before any work is done on it.
const MAX_TOKEN_LENGTH = 4096;
const TOKEN = /^(v1\.[A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})$/;

/**
 * A signed, readable token (HMAC-SHA256): `v1.<payload>.<mac>`, fit for a cookie.
 * @throws RangeError when the secret is too short or the session too large for a cookie.
 */
export function sealSession(secret: string, session: Session): string {
  const { userId, name, tenants, expiresAtMs } = session;
  const payload = Buffer.from(JSON.stringify({ userId, name, tenants, expiresAtMs })).toString('base64url');
  const signed = `v1.${payload}`;
  const token = `${signed}.${macOf(secret, signed)}`;
  if (token.length > MAX_TOKEN_LENGTH)
    throw new RangeError('session does not fit a cookie: name fewer tenants, or use *');
  return token;
}

/** The session a token holds, or null when it is missing, malformed, not ours, or has expired at `nowMs`. */
export function openSession(secret: string, token: string | undefined, nowMs: number): Session | null {
  if (token === undefined || token.length > MAX_TOKEN_LENGTH) return null;
  const [, signed, mac] = TOKEN.exec(token) ?? [];
  if (signed === undefined || mac === undefined) return null;
  // Compared as text: base64url has spare bits, so two texts can decode to the same bytes.
  if (!timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(secret, signed)))) return null;
  const session = readPayload(signed.slice('v1.'.length));
  return session !== null && nowMs < session.expiresAtMs ? session : null;
}

export function mayRead(session: Session, tenantId: string): boolean {
  return session.tenants === '*' || session.tenants.includes(tenantId);
}

function macOf(secret: string, text: string): string {
  if (secret.length < MIN_SECRET_LENGTH) throw new RangeError(`session secret needs ${MIN_SECRET_LENGTH} characters`);
  return createHmac('sha256', secret).update(text).digest('base64url');
}

function readPayload(payload: string): Session | null {
  let raw: unknown;
  try {
    raw = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    return null; // Signed by us but not by this version: sign in again.
  }
  return isSession(raw) ? raw : null;
}

function isSession(raw: unknown): raw is Session {
  if (typeof raw !== 'object' || raw === null) return false;
  const { userId, name, tenants, expiresAtMs } = raw as Partial<Record<keyof Session, unknown>>;
  return (
    typeof userId === 'string' &&
    typeof name === 'string' &&
    (tenants === '*' || (Array.isArray(tenants) && tenants.every(isOneTenant))) &&
    Number.isSafeInteger(expiresAtMs)
  );
}

/** `*` among names would show every tenant to whoever may see some. */
function isOneTenant(tenant: unknown): boolean {
  return typeof tenant === 'string' && tenant !== '*';
}

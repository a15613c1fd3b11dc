import { SESSION_COOKIE } from '@hub/session';

interface RequestFacts {
  readonly protocol: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Whether the browser speaks https, to us or to the proxy before us. */
export function isHttps({ protocol, headers }: RequestFacts): boolean {
  const forwarded = headers['x-forwarded-proto'];
  return protocol === 'https' || String(forwarded ?? '').split(',', 1)[0] === 'https';
}

/** `Set-Cookie` that signs in; over http, as on one's own machine, it cannot be marked Secure. */
export function sessionCookie(token: string, lifetimeMs: number, https: boolean): string {
  const secure = https ? '; Secure' : '';
  return `${SESSION_COOKIE}=${token}; Path=/; Max-Age=${Math.floor(lifetimeMs / 1000)}; HttpOnly; SameSite=Lax${secure}`;
}

/** `Set-Cookie` that signs out. */
export function expiredCookie(https: boolean): string {
  return sessionCookie('', 0, https);
}

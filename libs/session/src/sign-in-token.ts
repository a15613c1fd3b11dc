import { createHash, randomBytes } from 'node:crypto';

/** A one-time sign-in token: `token` goes into the link, only `tokenHash` is stored. */
export function newSignInToken(): { readonly token: string; readonly tokenHash: string } {
  const token = randomBytes(32).toString('base64url');
  return { token, tokenHash: hashSignInToken(token) };
}

/** SHA-256 in hex. No salt or slow hash: the token is 256 random bits, which no dictionary holds. */
export function hashSignInToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

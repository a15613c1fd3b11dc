import type { Database } from '@hub/database';
import { hashSignInToken, type Session } from '@hub/session';

export const SESSION_LIFETIME_MS = 12 * 3_600_000;

interface UserRow {
  user_id: string;
  name: string;
  all_tenants: boolean;
  tenant_ids: string[];
}

/**
 * Spends a one-time link. Two who come at once cannot both succeed: the database marks it in the statement that reads it.
 * @returns null when the token is unknown, was used or has expired; which of these is nobody's business.
 */
export async function spendSignInLink(database: Database, token: string, nowMs: number): Promise<Session | null> {
  const [user] = await database.query<UserRow>({
    text: 'SELECT user_id, name, all_tenants, tenant_ids FROM consume_sign_in_link($1, to_timestamp($2::float8 / 1000))',
    values: [hashSignInToken(token), nowMs],
  });
  if (user === undefined) return null;
  return {
    userId: user.user_id,
    name: user.name,
    tenants: user.all_tenants ? '*' : user.tenant_ids,
    expiresAtMs: nowMs + SESSION_LIFETIME_MS,
  };
}

/** `slow`: the tenant is beyond its share. Both are stored; they differ in when they are read. */
export type Lane = 'live' | 'slow';

export interface Lanes {
  /** Counts one webhook of a tenant (null: the body names none). */
  choose(tenantId: string | null, nowMs: number): Lane;
}

/** Without limits nobody is beyond them. */
export const EVERYONE_LIVE: Lanes = { choose: () => 'live' };

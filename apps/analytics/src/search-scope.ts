import { mayRead, type Session } from '@hub/session';
import { tenantNotFound } from './tenant.guard.ts';

/** What a search may see and what it is narrowed to. */
export interface SearchScope {
  /** For `Database.asTenants`; `*` is everything, those without a location included. */
  readonly see: readonly string[];
  /** Undefined: all that is seen. */
  readonly tenantIds: readonly string[] | undefined;
}

/**
 * The scope of a session, narrowed to one tenant where one is named.
 * @throws NotFoundException for the tenant of someone else, as for one that does not exist.
 */
export function searchScopeOf(session: Session, tenantId: string | undefined): SearchScope {
  if (tenantId !== undefined) {
    if (!mayRead(session, tenantId)) throw tenantNotFound();
    return { see: [tenantId], tenantIds: [tenantId] };
  }
  return session.tenants === '*'
    ? { see: ['*'], tenantIds: undefined }
    : { see: session.tenants, tenantIds: session.tenants };
}

/** The one word a job or an audit entry has for its scope. @throws NotFoundException when it is several tenants. */
export function scopeName({ see }: SearchScope): string {
  const [only] = see;
  if (only === undefined || see.length > 1) throw tenantNotFound('name one tenant: it is done for one at a time');
  return only;
}

import { hash } from 'node:crypto';

/** What names an event: every copy of it has the same. */
export interface EventName {
  readonly tenantId: string;
  /** The sender's id. */
  readonly eventId: string;
}

/**
 * 128 bits of SHA-256 over tenant and id, written as Postgres writes a uuid: nobody can make two events share one. Its
 * twin in SQL is in migration 7.
 */
export function eventKey({ tenantId, eventId }: EventName): string {
  // Tenant ids hold no line break, so no two events are written alike.
  const digits = hash('sha256', `${tenantId}\n${eventId}`, 'hex');
  const groups = [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20)];
  return `${groups.join('-')}-${digits.slice(20, 32)}`;
}

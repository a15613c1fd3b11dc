import type { Database } from '@hub/database';
import type { Session } from '@hub/session';
import { z } from 'zod';

export const tenant = z.object({ id: z.string(), name: z.string() });
export type Tenant = z.infer<typeof tenant>;

/** The tenants of a session, by name. Row-level security hides all others, so seeing all takes a function of its own. */
export function tenantsOf(database: Database, { tenants }: Session): Promise<Tenant[]> {
  if (tenants === '*') return database.query<Tenant>({ text: 'SELECT id, name FROM all_tenants() ORDER BY name, id' });
  return database.asTenants(tenants, (tx) =>
    tx.query<Tenant>({ name: 'tenants', text: 'SELECT id, name FROM tenants ORDER BY name, id' }),
  );
}

import pg from 'pg';

/**
 * Makes the user where missing and stores the hash of a one-time link for them.
 * @throws Error for a list with `*` or an empty name in it: all tenants, or named ones.
 */
export async function addSignInLink(
  ownerUrl: string,
  link: { tokenHash: string; userId: string; userName: string; tenants: '*' | readonly string[]; expiresAtMs: number },
): Promise<void> {
  if (link.tenants !== '*' && link.tenants.some((tenant) => tenant === '*' || tenant === '')) {
    throw new Error(`--tenants takes '*' alone, or ids separated by commas`);
  }
  await asOwner(ownerUrl, async (client) => {
    await client.query(
      `INSERT INTO users (id, name, all_tenants, tenant_ids) VALUES ($1, $2, $3, $4)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, all_tenants = excluded.all_tenants, tenant_ids = excluded.tenant_ids`,
      [link.userId, link.userName, link.tenants === '*', link.tenants === '*' ? [] : link.tenants],
    );
    await client.query(
      `INSERT INTO sign_in_links (token_hash, user_id, expires_at) VALUES ($1, $2, to_timestamp($3::float8 / 1000))`,
      [link.tokenHash, link.userId, link.expiresAtMs],
    );
  });
}

/** Registers a tenant, or renames it. @throws Error when the id is not a GHL location id. */
export async function addTenant(ownerUrl: string, id: string, name: string): Promise<void> {
  await asOwner(ownerUrl, (client) =>
    client.query(`INSERT INTO tenants (id, name) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET name = excluded.name`, [
      id,
      name,
    ]),
  );
}

async function asOwner(ownerUrl: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'hub-operate' });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

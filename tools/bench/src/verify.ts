import pg from 'pg';

/** The truth in Postgres about a set of accepted webhooks. */
export interface Verdict {
  /** Stored as an event and part of a stored decision. */
  readonly scored: number;
  /** Accepted, but neither scored nor kept as a dead letter. */
  readonly lost: number;
  /** Part of more than one decision, or stored more than once. */
  readonly appliedTwice: number;
}

export async function verify(ownerUrl: string, acceptedIds: readonly string[]): Promise<Verdict> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ scored: string; lost: string; applied_twice: string }>(
      `WITH accepted AS (SELECT unnest($1::text[]) AS event_id),
        decided AS (SELECT unnest(event_ids) AS event_id, count(*) AS times FROM scores GROUP BY 1),
        stored AS (SELECT event_id, count(*) AS times FROM events GROUP BY 1)
      SELECT count(*) FILTER (WHERE stored.times > 0 AND decided.times > 0) AS scored,
        count(*) FILTER (WHERE (stored.times IS NULL OR decided.times IS NULL)
          AND NOT EXISTS (SELECT FROM dead_letters WHERE dead_letters.event_id = accepted.event_id)) AS lost,
        count(*) FILTER (WHERE stored.times > 1 OR decided.times > 1) AS applied_twice
      FROM accepted LEFT JOIN stored USING (event_id) LEFT JOIN decided USING (event_id)`,
      [acceptedIds],
    );
    const [row] = rows;
    return { scored: Number(row?.scored), lost: Number(row?.lost), appliedTwice: Number(row?.applied_twice) };
  } finally {
    await client.end();
  }
}

import { type Database, epochMs } from '@hub/database';
import { z } from 'zod';

export const refusal = z.object({
  atMs: z.number().int(),
  source: z.string().nullable(),
  sourceId: z.string().nullable(),
  reason: z.string(),
  /** First bytes of the body, letters and digits masked. */
  maskedStart: z.string(),
});
export type Refusal = z.infer<typeof refusal>;

/** Newest first. */
export function readRefusals(database: Database, limit: number): Promise<Refusal[]> {
  return database.query<Refusal>({
    name: 'refusals',
    text: `SELECT ${epochMs('at')} AS "atMs", source, source_id AS "sourceId", reason,
        masked_start AS "maskedStart"
      FROM refusals ORDER BY id DESC LIMIT $1`,
    values: [limit],
  });
}

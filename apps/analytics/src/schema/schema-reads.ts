import { type Database, epochMs } from '@hub/database';
import { z } from 'zod';
import type { Condition } from '../alerts/alerts.ts';
import { CHANGES } from './changes.ts';

export const payloadType = z.object({
  sourceId: z.string(),
  source: z.string(),
  type: z.string(),
  firstSeenAtMs: z.number().int(),
  lastSeenAtMs: z.number().int(),
  /** About how many came: of many only a sample is looked at. */
  seen: z.number().int(),
  lookedAt: z.number().int(),
  fields: z.array(
    z.object({
      path: z.string(),
      /** How many had which kind. */
      kinds: z.record(z.string(), z.number().int()),
      count: z.number().int(),
      firstSeenAtMs: z.number().int(),
      lastSeenAtMs: z.number().int(),
      /** Letters as x, digits as 0. */
      example: z.string().nullable(),
      vanishedAtMs: z.number().int().nullable(),
    }),
  ),
});
export type PayloadType = z.infer<typeof payloadType>;

export const schemaChange = z.object({
  id: z.string(),
  atMs: z.number().int(),
  sourceId: z.string(),
  type: z.string(),
  path: z.string().nullable(),
  change: z.enum(CHANGES),
  detail: z.record(z.string(), z.unknown()),
});
export type SchemaChangeEntry = z.infer<typeof schemaChange>;

export interface TypeFilter {
  readonly sourceId: string | null;
  readonly type: string | null;
}

/** Types by source and name, with their fields. */
export function readTypes(database: Database, { sourceId, type }: TypeFilter): Promise<PayloadType[]> {
  return database.query<PayloadType>({
    name: 'payload-types',
    text: `SELECT source_id AS "sourceId", source, type, ${epochMs('first_seen_at')} AS "firstSeenAtMs",
        ${epochMs('last_seen_at')} AS "lastSeenAtMs", seen::float8, looked_at::float8 AS "lookedAt",
        coalesce((SELECT json_agg(json_build_object('path', path, 'kinds', kinds, 'count', count, 'example', example,
            'firstSeenAtMs', ${epochMs('field.first_seen_at')}, 'lastSeenAtMs', ${epochMs('field.last_seen_at')},
            'vanishedAtMs', ${epochMs('vanished_at')}) ORDER BY path)
          FROM payload_fields AS field
          WHERE field.source_id = payload_types.source_id AND field.type = payload_types.type), '[]') AS fields
      FROM payload_types WHERE ($1::text IS NULL OR source_id = $1) AND ($2::text IS NULL OR type = $2)
      ORDER BY source_id, type LIMIT 500`,
    values: [sourceId, type],
  });
}

/** Newest first. */
export function readChanges(database: Database, filter: TypeFilter, limit: number): Promise<SchemaChangeEntry[]> {
  return database.query<SchemaChangeEntry>({
    name: 'schema-changes',
    text: `SELECT id, ${epochMs('at')} AS "atMs", source_id AS "sourceId", type, path, change, detail FROM schema_changes
      WHERE ($1::text IS NULL OR source_id = $1) AND ($2::text IS NULL OR type = $2) ORDER BY id DESC LIMIT $3`,
    values: [filter.sourceId, filter.type, limit],
  });
}

/** A change is news for a day. A type that the documents have is none. */
const NEWS_MS = 24 * 3_600_000;
/**
 * What is seen for the first time is learned, not changed: for so long after the first body of a source no type of it is
 * news, and after the first of a type none of its fields is.
 */
const LEARNING_MS = 3_600_000;

export async function recentChanges(database: Database, nowMs: number): Promise<Condition[]> {
  const rows = await database.query<{ source_id: string; type: string; changes: string[]; paths: (string | null)[] }>({
    name: 'recent-changes',
    text: `SELECT source_id, type, array_agg(DISTINCT change ORDER BY change) AS changes,
        (array_agg(path ORDER BY id DESC))[:20] AS paths
      FROM schema_changes JOIN (
        SELECT source_id, type, first_seen_at AS type_since, min(first_seen_at) OVER (PARTITION BY source_id) AS source_since
        FROM payload_types) AS known USING (source_id, type)
      WHERE at > to_timestamp($1::float8 / 1000) AND change <> 'newType'
        AND at > CASE WHEN path IS NULL THEN source_since ELSE type_since END + make_interval(secs => $2)
      GROUP BY source_id, type ORDER BY source_id, type LIMIT 100`,
    values: [nowMs - NEWS_MS, LEARNING_MS / 1_000],
  });
  return rows.map(({ source_id: sourceId, type, changes, paths }) => ({
    subject: `${sourceId} ${type}`,
    tenantId: '_',
    summary: `source ${sourceId} changed what it sends as ${type}: ${changes.join(', ')}`,
    context: { sourceId, type, changes, paths: paths.filter((path) => path !== null) },
  }));
}

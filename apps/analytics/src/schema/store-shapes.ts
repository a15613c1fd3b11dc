import type { SourceKind } from '@hub/contracts';
import { EVENT_TYPES } from '@hub/crm-ghl';
import { type Database, epochMs, type Tx } from '@hub/database';
import { changesOf, type KnownType, type SchemaChange, vanishedAfter } from './changes.ts';
import { type FieldShape, joined, type TypeShape } from './type-shape.ts';

/** What was seen of one type of one source. */
export interface WatchedType {
  readonly source: SourceKind;
  readonly sourceId: string;
  readonly type: string;
  readonly shape: TypeShape;
}

/** Two processes that store shapes wait for each other: any number that only we use. */
const SHAPES_LOCK = 4_201_004;
/** A sender that makes up types or fields must not fill the database. */
const MAX_TYPES_PER_SOURCE = 500;
const MAX_FIELDS_PER_TYPE = 1_000;

interface TypeRow {
  source_id: string;
  type: string;
  seen: number;
  looked_at: number;
  first_seen_at_ms: number;
  last_seen_at_ms: number;
}

interface FieldRow {
  source_id: string;
  type: string;
  path: string;
  kinds: FieldShape['kinds'];
  first_seen_at_ms: number;
  last_seen_at_ms: number;
  first_place: number;
  last_place: number;
  count: number;
  example: string | null;
  is_vanished: boolean;
}

/** Adds what was seen to what is known, and enters what changed by it. */
export async function storeShapes(database: Database, watched: readonly WatchedType[]): Promise<void> {
  await database.asTenants([], async (tx) => {
    await tx.query({ text: 'SELECT pg_advisory_xact_lock($1)', values: [SHAPES_LOCK] });
    const known = await knownTypes(tx, watched);
    const counts = await typesPerSource(tx, watched);
    for (const type of watched) {
      const before = known.get(keyOf(type.sourceId, type.type)) ?? null;
      if (before === null) {
        const count = counts.get(type.sourceId) ?? 0;
        if (count >= MAX_TYPES_PER_SOURCE) continue;
        counts.set(type.sourceId, count + 1);
      }
      const after = bounded(before === null ? type.shape : joined(before.shape, type.shape), before);
      const changes = changesOf(before, after, isPublished(type));
      await storeType(tx, type, after);
      await storeFields(tx, type, changedFields(before, after, changes), vanishedAfter(before, changes));
      await enterChanges(tx, type, changes);
    }
  });
}

/** Known fields stay; new ones have the room that is left. */
function bounded(shape: TypeShape, before: KnownType | null): TypeShape {
  if (shape.fields.size <= MAX_FIELDS_PER_TYPE) return shape;
  const known = [...shape.fields].filter(([path]) => before?.shape.fields.has(path));
  const fresh = [...shape.fields].filter(([path]) => !before?.shape.fields.has(path));
  return { ...shape, fields: new Map([...known, ...fresh].slice(0, Math.max(known.length, MAX_FIELDS_PER_TYPE))) };
}

/** As in the body's `type`; what GHL sends without one has no name to look up. */
const PUBLISHED: ReadonlySet<string> = new Set(['(none)', ...EVENT_TYPES.flatMap(({ name, wire }) => [name, wire])]);

function isPublished({ source, type }: WatchedType): boolean | null {
  return source === 'ghl' ? PUBLISHED.has(type) : null;
}

function changedFields(
  before: KnownType | null,
  after: TypeShape,
  changes: readonly SchemaChange[],
): Map<string, FieldShape> {
  const touched = new Set(changes.map(({ path }) => path));
  return new Map(
    [...after.fields].filter(
      ([path, field]) => touched.has(path) || field.count !== before?.shape.fields.get(path)?.count,
    ),
  );
}

async function typesPerSource(tx: Tx, watched: readonly WatchedType[]): Promise<Map<string, number>> {
  const rows = await tx.query<{ source_id: string; types: number }>({
    name: 'types-per-source',
    text: 'SELECT source_id, count(*)::int AS types FROM payload_types WHERE source_id = ANY ($1) GROUP BY source_id',
    values: [[...new Set(watched.map(({ sourceId }) => sourceId))]],
  });
  return new Map(rows.map((row) => [row.source_id, row.types]));
}

async function knownTypes(tx: Tx, watched: readonly WatchedType[]): Promise<Map<string, KnownType>> {
  const values = [watched.map(({ sourceId }) => sourceId), watched.map(({ type }) => type)];
  const [types, fields] = await Promise.all([
    tx.query<TypeRow>({
      name: 'known-types',
      text: `SELECT source_id, type, seen::float8, looked_at::float8, ${ms('first_seen_at')}, ${ms('last_seen_at')}
        FROM payload_types JOIN unnest($1::text[], $2::text[]) AS wanted (source_id, type) USING (source_id, type)`,
      values,
    }),
    tx.query<FieldRow>({
      name: 'known-fields',
      text: `SELECT source_id, type, path, kinds, ${ms('first_seen_at')}, ${ms('last_seen_at')}, first_place::float8,
          last_place::float8, count::float8, example, vanished_at IS NOT NULL AS is_vanished
        FROM payload_fields JOIN unnest($1::text[], $2::text[]) AS wanted (source_id, type) USING (source_id, type)`,
      values,
    }),
  ]);
  const byType = Map.groupBy(fields, (row) => keyOf(row.source_id, row.type));
  return new Map(
    types.map((row) => [
      keyOf(row.source_id, row.type),
      toKnown(row, byType.get(keyOf(row.source_id, row.type)) ?? []),
    ]),
  );
}

function toKnown(row: TypeRow, fields: readonly FieldRow[]): KnownType {
  return {
    shape: {
      seen: row.seen,
      lookedAt: row.looked_at,
      firstSeenAtMs: row.first_seen_at_ms,
      lastSeenAtMs: row.last_seen_at_ms,
      fields: new Map(
        fields.map((field) => [
          field.path,
          {
            kinds: field.kinds,
            count: field.count,
            firstPlace: field.first_place,
            lastPlace: field.last_place,
            firstSeenAtMs: field.first_seen_at_ms,
            lastSeenAtMs: field.last_seen_at_ms,
            example: field.example,
          },
        ]),
      ),
    },
    vanished: new Set(fields.filter((field) => field.is_vanished).map((field) => field.path)),
  };
}

async function storeType(tx: Tx, { source, sourceId, type }: WatchedType, shape: TypeShape): Promise<void> {
  await tx.query({
    name: 'store-type',
    text: `INSERT INTO payload_types (source_id, type, source, first_seen_at, last_seen_at, seen, looked_at)
      VALUES ($1, $2, $3, to_timestamp($4::float8 / 1000), to_timestamp($5::float8 / 1000), $6, $7)
      ON CONFLICT (source_id, type) DO UPDATE SET first_seen_at = excluded.first_seen_at,
        last_seen_at = excluded.last_seen_at, seen = excluded.seen, looked_at = excluded.looked_at`,
    values: [sourceId, type, source, shape.firstSeenAtMs, shape.lastSeenAtMs, shape.seen, shape.lookedAt],
  });
}

async function storeFields(
  tx: Tx,
  { sourceId, type }: WatchedType,
  fields: ReadonlyMap<string, FieldShape>,
  vanished: ReadonlySet<string>,
): Promise<void> {
  if (fields.size === 0) return;
  const rows = [...fields].map(([path, field]) => ({ path, ...field, isVanished: vanished.has(path) }));
  await tx.query({
    name: 'store-fields',
    text: `INSERT INTO payload_fields AS known (source_id, type, path, kinds, first_seen_at, last_seen_at, first_place,
        last_place, count, example, vanished_at)
      SELECT $1, $2, path, kinds, to_timestamp("firstSeenAtMs" / 1000), to_timestamp("lastSeenAtMs" / 1000),
        "firstPlace", "lastPlace", count, example, CASE WHEN "isVanished" THEN now() END
      FROM json_to_recordset($3::json) AS field (path text, kinds jsonb, "firstSeenAtMs" float8, "lastSeenAtMs" float8,
        "firstPlace" bigint, "lastPlace" bigint, count bigint, example text, "isVanished" boolean)
      ON CONFLICT (source_id, type, path) DO UPDATE SET kinds = excluded.kinds, first_seen_at = excluded.first_seen_at,
        last_seen_at = excluded.last_seen_at, last_place = excluded.last_place, count = excluded.count,
        example = excluded.example,
        vanished_at = CASE WHEN excluded.vanished_at IS NULL THEN NULL ELSE coalesce(known.vanished_at, excluded.vanished_at) END`,
    values: [sourceId, type, JSON.stringify(rows)],
  });
}

async function enterChanges(tx: Tx, { sourceId, type }: WatchedType, changes: readonly SchemaChange[]): Promise<void> {
  if (changes.length === 0) return;
  await tx.query({
    name: 'enter-changes',
    text: `INSERT INTO schema_changes (at, source_id, type, path, change, detail)
      SELECT now(), $1, $2, path, change, detail
      FROM json_to_recordset($3::json) AS found (path text, change text, detail jsonb)`,
    values: [sourceId, type, JSON.stringify(changes)],
  });
}

function ms(column: string): string {
  return `${epochMs(column)} AS ${column}_ms`;
}

/** Source ids hold no line break. */
function keyOf(sourceId: string, type: string): string {
  return `${sourceId}\n${type}`;
}

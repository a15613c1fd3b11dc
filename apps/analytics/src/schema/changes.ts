import type { FieldShape, TypeShape } from './type-shape.ts';

export const CHANGES = ['newType', 'unknownType', 'newField', 'changedKind', 'vanishedField', 'returnedField'] as const;

/** What a source began, changed or ceased to send. */
export interface SchemaChange {
  readonly change: (typeof CHANGES)[number];
  /** null: the type as a whole. */
  readonly path: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A type with its fields that are taken to be gone. */
export interface KnownType {
  readonly shape: TypeShape;
  readonly vanished: ReadonlySet<string>;
}

/** Until so many were looked at, a field that was not seen before is one that is sometimes left out. */
const LEARNED_AFTER = 20;
/** A field was always there when it was in this share of at least so many. */
const ALWAYS = 0.95;
const ENOUGH = 100;
/** It is gone when it was in none of so many since. */
const GONE_AFTER = 100;

/** @param isPublished Whether the source's documents have this type; null where a source has no such list. */
export function changesOf(before: KnownType | null, after: TypeShape, isPublished: boolean | null): SchemaChange[] {
  if (before === null) {
    const change = isPublished === false ? 'unknownType' : 'newType';
    return [{ change, path: null, detail: { fields: after.fields.size } }];
  }
  const found: SchemaChange[] = [];
  for (const [path, field] of after.fields) {
    const known = before.shape.fields.get(path);
    if (known === undefined) {
      if (before.shape.lookedAt >= LEARNED_AFTER) found.push(newField(path, field));
      continue;
    }
    const fresh = freshKinds(known, field);
    if (fresh.length > 0) found.push({ change: 'changedKind', path, detail: { was: kindsOf(known), now: fresh } });
    if (before.vanished.has(path)) {
      if (field.count > known.count) found.push({ change: 'returnedField', path, detail: {} });
    } else if (isGone(field, after.lookedAt)) {
      found.push({ change: 'vanishedField', path, detail: { lastSeenAtMs: field.lastSeenAtMs, of: field.count } });
    }
  }
  return found;
}

/** Those that are gone after the changes. */
export function vanishedAfter(before: KnownType | null, changes: readonly SchemaChange[]): ReadonlySet<string> {
  const vanished = new Set(before?.vanished);
  for (const { change, path } of changes) {
    if (path !== null && change === 'vanishedField') vanished.add(path);
    if (path !== null && change === 'returnedField') vanished.delete(path);
  }
  return vanished;
}

function newField(path: string, { kinds, example }: FieldShape): SchemaChange {
  return { change: 'newField', path, detail: { kinds: Object.keys(kinds), example } };
}

/** A field that may be null changes nothing when it is, or when it gets its first value. */
function freshKinds(before: FieldShape, after: FieldShape): string[] {
  const known = kindsOf(before);
  return known.length === 0 ? [] : kindsOf(after).filter((kind) => !known.includes(kind));
}

function kindsOf({ kinds }: FieldShape): string[] {
  return Object.keys(kinds).filter((kind) => kind !== 'null');
}

function isGone(field: FieldShape, lookedAt: number): boolean {
  const chances = field.lastPlace - field.firstPlace + 1;
  return chances >= ENOUGH && field.count / chances >= ALWAYS && lookedAt - field.lastPlace >= GONE_AFTER;
}

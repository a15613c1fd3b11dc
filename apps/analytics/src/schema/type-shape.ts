import type { Kind, Seen } from './shape.ts';

/** A field of a type. Places count the bodies of the type that were looked at, from 1. */
export interface FieldShape {
  readonly kinds: Readonly<Partial<Record<Kind, number>>>;
  readonly count: number;
  readonly firstPlace: number;
  readonly lastPlace: number;
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
  readonly example: string | null;
}

/** What is known of the bodies of one type of one source. */
export interface TypeShape {
  /** About how many came: a body that was looked at stands for those that were passed over. */
  readonly seen: number;
  readonly lookedAt: number;
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
  readonly fields: ReadonlyMap<string, FieldShape>;
}

/** One body, which stands for `weight` of them. */
export function typeShapeOf(shape: ReadonlyMap<string, readonly Seen[]>, atMs: number, weight: number): TypeShape {
  const fields = [...shape].map(([path, seen]): [string, FieldShape] => [
    path,
    {
      kinds: Object.fromEntries(seen.map(({ kind }) => [kind, 1])),
      count: 1,
      firstPlace: 1,
      lastPlace: 1,
      firstSeenAtMs: atMs,
      lastSeenAtMs: atMs,
      example: seen.find(({ example }) => example !== null)?.example ?? null,
    },
  ]);
  return { seen: weight, lookedAt: 1, firstSeenAtMs: atMs, lastSeenAtMs: atMs, fields: new Map(fields) };
}

/** Both, `later` after `earlier`. Associative: bodies may be joined one by one or in portions. */
export function joined(earlier: TypeShape, later: TypeShape): TypeShape {
  const fields = new Map(earlier.fields);
  for (const [path, field] of later.fields) fields.set(path, joinedField(fields.get(path), field, earlier.lookedAt));
  return {
    seen: earlier.seen + later.seen,
    lookedAt: earlier.lookedAt + later.lookedAt,
    firstSeenAtMs: Math.min(earlier.firstSeenAtMs, later.firstSeenAtMs),
    lastSeenAtMs: Math.max(earlier.lastSeenAtMs, later.lastSeenAtMs),
    fields,
  };
}

function joinedField(earlier: FieldShape | undefined, later: FieldShape, offset: number): FieldShape {
  const moved = { ...later, firstPlace: later.firstPlace + offset, lastPlace: later.lastPlace + offset };
  if (earlier === undefined) return moved;
  return {
    kinds: addKinds(earlier.kinds, later.kinds),
    count: earlier.count + later.count,
    firstPlace: earlier.firstPlace,
    lastPlace: moved.lastPlace,
    firstSeenAtMs: Math.min(earlier.firstSeenAtMs, later.firstSeenAtMs),
    lastSeenAtMs: Math.max(earlier.lastSeenAtMs, later.lastSeenAtMs),
    example: earlier.example ?? later.example,
  };
}

function addKinds(a: FieldShape['kinds'], b: FieldShape['kinds']): FieldShape['kinds'] {
  const sum = { ...a };
  for (const [kind, count] of Object.entries(b) as [Kind, number][]) sum[kind] = (sum[kind] ?? 0) + count;
  return sum;
}

import type { Tx } from '../database.ts';
import type { BodyPath } from './body-path.ts';
import { Conditions } from './conditions.ts';

/** What letters and deliveries are both found by. Times in epoch ms, `toMs` excluded. */
export interface SearchFilter {
  /** Undefined: all that the transaction may see. */
  readonly tenantIds?: readonly string[] | undefined;
  readonly type?: string | undefined;
  readonly eventId?: string | undefined;
  readonly leadId?: string | undefined;
  readonly sourceId?: string | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  /** Words that all stand in the body, in any order. */
  readonly text?: string | undefined;
  readonly bodyPath?: BodyPath | undefined;
}

/** How many candidates one look into bodies takes, and how many looks one page may take. */
const LOOK = 500;
const MAX_LOOKS = 8;

export function conditionsOf(filter: SearchFilter): Conditions {
  const { tenantIds, bodyPath } = filter;
  const conditions = new Conditions();
  // Equality, where there is one tenant: only that gives an index its order.
  if (tenantIds?.length === 1) conditions.and('tenant_id = ?', tenantIds[0]);
  else conditions.andIf(tenantIds, 'tenant_id = ANY (?::text[])');
  conditions
    .andIf(filter.type, 'type = ?')
    .andIf(filter.eventId, 'event_id = ?')
    .andIf(filter.leadId, 'lead_id = ?')
    .andIf(filter.sourceId, 'source_id = ?')
    .andIf(filter.fromMs, 'received_at >= to_timestamp(?::float8 / 1000)')
    .andIf(filter.toMs, 'received_at < to_timestamp(?::float8 / 1000)')
    .andIf(filter.text, `words @@ plainto_tsquery('simple', ?)`);
  if (typeof bodyPath?.value === 'string') {
    // Whoever has the value has its words; a value without any narrows nothing.
    const value = conditions.bind(bodyPath.value);
    conditions.and(
      `(numnode(plainto_tsquery('simple', ${value})) = 0 OR words @@ plainto_tsquery('simple', ${value}))`,
    );
  }
  return conditions;
}

/** An expression that says whether the bytes of `body` hold the value at its place; `true` without a path. */
export function bodyMatches(conditions: Conditions, bodyPath: BodyPath | undefined, body: string): string {
  if (bodyPath === undefined) return 'true';
  const path = conditions.bind(`${bodyPath.path} ? (@ == $value)`);
  const variables = conditions.bind(JSON.stringify({ value: bodyPath.value }));
  return `coalesce(jsonb_path_exists(body_json(${body}), ${path}::jsonpath, ${variables}::jsonb), false)`;
}

export interface Page<Row, Position> {
  readonly rows: readonly Row[];
  /** Where the next page begins; null when there is none. */
  readonly next: Position | null;
}

/**
 * A page of rows whose body matches. Bodies are looked into in the order of the list, so many at a time; a page may come
 * short, or empty, where few match, and says where to go on.
 * @param candidates Rows after a position, in order, each with whether it matches.
 */
export async function pageOf<Row extends { readonly matches: boolean }, Position>(
  options: { readonly limit: number; readonly after: Position | undefined; readonly looksIntoBodies: boolean },
  candidates: (after: Position | undefined, count: number) => Promise<readonly Row[]>,
  positionOf: (row: Row) => Position,
): Promise<Page<Row, Position>> {
  const { limit, looksIntoBodies } = options;
  const count = looksIntoBodies ? LOOK : limit + 1;
  const found: Row[] = [];
  let { after } = options;
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    const rows = await candidates(after, count);
    for (const row of rows) {
      if (row.matches && found.length === limit) return { rows: found, next: after ?? null };
      if (row.matches) found.push(row);
      after = positionOf(row);
    }
    if (rows.length < count) return { rows: found, next: null };
  }
  return { rows: found, next: after ?? null };
}

/** Many, and still counted in a moment. */
const MAX_COUNTED = 100_000;
const MAX_COUNTED_BODIES = 20_000;

export interface Reach {
  /** Letters or deliveries. */
  readonly matched: number;
  readonly events: number;
  readonly leads: number;
  /** Whether there are more than were counted. */
  readonly more: boolean;
}

/** How much a filter touches, counted up to a bound. */
export async function reachOf(
  tx: Tx,
  table: string,
  conditions: Conditions,
  bodyPath: BodyPath | undefined,
  body: string,
): Promise<Reach> {
  const bound = bodyPath === undefined ? MAX_COUNTED : MAX_COUNTED_BODIES;
  const matches = bodyMatches(conditions, bodyPath, body);
  const [row] = await tx.query<{ matched: number; events: number; leads: number; seen: number }>({
    text: `SELECT count(*) FILTER (WHERE matches)::int AS matched,
        count(DISTINCT (tenant_id, event_id)) FILTER (WHERE matches)::int AS events,
        count(DISTINCT (tenant_id, lead_id)) FILTER (WHERE matches AND lead_id IS NOT NULL)::int AS leads,
        count(*)::int AS seen
      FROM (SELECT tenant_id, event_id, lead_id, ${matches} AS matches FROM ${table} AS found
        WHERE ${conditions.where} LIMIT ${bound + 1}) AS found`,
    values: conditions.values,
  });
  const { matched = 0, events = 0, leads = 0, seen = 0 } = row ?? {};
  return { matched, events, leads, more: seen > bound };
}

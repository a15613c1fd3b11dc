import type { Tx } from '../database.ts';
import type { BodyPath } from './body-path.ts';
import { Conditions } from './conditions.ts';
import { wordQuery, wordsOf } from './words.ts';

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

/** Bodies that a job holds in memory at once, but for one that is larger by itself. */
export const MAX_BYTES_AT_ONCE = 8 * 1_048_576;

export function conditionsOf(filter: SearchFilter): Conditions {
  const { tenantIds } = filter;
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
    .andIf(filter.toMs, 'received_at < to_timestamp(?::float8 / 1000)');
  // A text without a word is in no body.
  if (filter.text !== undefined && wordsOf(filter.text).length === 0) conditions.and('false');
  const words = wordsWanted(filter);
  if (words.length > 0) conditions.and('words @@ ?::tsquery', wordQuery(words, tenantIds));
  return conditions;
}

/** Whoever has a value has its words; numbers are written as JavaScript writes them, there and here. */
function wordsWanted({ text = '', bodyPath }: SearchFilter): string[] {
  const value = bodyPath?.value;
  return wordsOf(typeof value === 'string' || typeof value === 'number' ? `${text} ${value}` : text);
}

export function hasWords(filter: SearchFilter): boolean {
  return wordsWanted(filter).length > 0;
}

/** An expression that says whether the bytes of `body` hold the value at its place; `true` without a path. */
export function bodyMatches(conditions: Conditions, bodyPath: BodyPath | undefined, body: string): string {
  if (bodyPath === undefined) return 'true';
  const path = conditions.bind(`${bodyPath.path} ? (@ == $value)`);
  const variables = conditions.bind(JSON.stringify({ value: bodyPath.value }));
  return `coalesce(jsonb_path_exists(body_json(${body}), ${path}::jsonpath, ${variables}::jsonb), false)`;
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

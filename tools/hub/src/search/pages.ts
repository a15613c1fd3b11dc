import type { HubApi } from '../hub-api.ts';
import { queryOf } from '../arguments.ts';
import { UsageError } from '../usage-error.ts';

/** Rows of a search, and where the next page begins; null when there is none. */
export interface Found<Row> {
  readonly rows: readonly Row[];
  readonly nextCursor: string | null;
}

const STANDARD_LIMIT = 50;
const MAX_PAGE = 500;

/**
 * Pages of a search until there are enough rows or no more. The API bounds what it looks at for one page, so a page may
 * come short, or empty, and say where to go on.
 * @param path Of the search; `field` holds its rows.
 */
export async function find<Row>(
  api: HubApi,
  { path, field }: { readonly path: string; readonly field: string },
  query: Readonly<Record<string, string | undefined>>,
  limit: number,
): Promise<Found<Row>> {
  const rows: Row[] = [];
  let cursor = query['cursor'];
  while (rows.length < limit) {
    const page = { ...query, cursor, limit: String(Math.min(MAX_PAGE, limit - rows.length)) };
    const answer = await api.json<Record<string, readonly Row[]> & { readonly nextCursor: string | null }>(
      'GET',
      `${path}${queryOf(page)}`,
    );
    rows.push(...(answer[field] ?? []));
    if (answer.nextCursor === null) return { rows, nextCursor: null };
    cursor = answer.nextCursor;
  }
  return { rows, nextCursor: cursor ?? null };
}

/** @throws UsageError */
export function limitOf(text: string | undefined): number {
  const limit = Number(text ?? STANDARD_LIMIT);
  if (!Number.isInteger(limit) || limit < 1) throw new UsageError('--limit must be a whole number from 1 on');
  return limit;
}

/** Told below a list that goes on. */
export function moreText(nextCursor: string | null): string {
  return nextCursor === null ? '' : `\nthere are more: --limit N, or --cursor ${nextCursor}\n`;
}

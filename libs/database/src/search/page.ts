/** A page of a list that is sorted by time, newest first. */
export interface Page<Row, Position> {
  readonly rows: readonly Row[];
  /** Where the next page begins; null when there is none. */
  readonly next: Position | null;
}

/** Of what a search shows, those that come after a position and no earlier than `fromMs`. */
export interface Look<Position> {
  readonly after: Position | undefined;
  readonly fromMs: number | undefined;
  readonly count: number;
}

export interface Search<Row extends { readonly matches: boolean }, Position extends { readonly receivedAtMs: number }> {
  readonly limit: number;
  readonly after: Position | undefined;
  /** Bounds of the search itself, in epoch ms, `toMs` excluded. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  /** Whether an index leads straight to the rows in their order; else many may have to be read for one that is shown. */
  readonly isDirect: boolean;
  /** Whether words are asked for. */
  readonly hasWords: boolean;
  /** Whether rows are only candidates until their body was looked into. */
  readonly looksIntoBodies: boolean;
  /** Rows of one look, newest first. */
  readonly rows: (look: Look<Position>) => Promise<readonly Row[]>;
  readonly positionOf: (row: Row) => Position;
  /** Before everything that is older than `atMs`. */
  readonly positionAt: (atMs: number) => Position;
}

/** A page that has taken so long ends where it is. */
const BUDGET_MS = 50;
/** How long one look should take: the stretch of time it covers is made longer or shorter to that end. */
const LOOK_MS = 20;
const MAX_CHANGE = 8;
/** Of rows that must be read to be compared, and of those that an index of words has together. */
const FIRST_STRETCH_MS = 6 * 3_600_000;
const FIRST_STRETCH_OF_WORDS_MS = 24 * 3_600_000;
const SHORTEST_MS = 60_000;
/** Older is only what still waits for someone: the last look goes to the end. */
const RECENT_MS = 60 * 86_400_000;
/** Bodies are parsed to be looked into. */
const BODIES = 200;

/**
 * A page of rows that match, found by looking into one stretch of time after the other, newest first. Work is bounded
 * whatever is searched for: when the budget is used up the page may come short, or empty, and says where to go on.
 * @param now Epoch ms.
 */
export async function pageOf<
  Row extends { readonly matches: boolean },
  Position extends { readonly receivedAtMs: number },
>(search: Search<Row, Position>, now: () => number = Date.now): Promise<Page<Row, Position>> {
  const { limit, positionOf, positionAt } = search;
  const startedMs = now();
  const count = search.looksIntoBodies ? BODIES : limit + 1;
  const found: Row[] = [];
  let { after } = search;
  const oldestMs = Math.max(startedMs - RECENT_MS, search.fromMs ?? 0);
  let stretch = firstStretch(search, startedMs, oldestMs);
  for (;;) {
    const lookedAtMs = now();
    const rows = await search.rows({ after, fromMs: stretch.fromMs, count });
    for (const row of rows) {
      if (row.matches && found.length === limit) return { rows: found, next: after ?? null };
      if (row.matches) found.push(row);
      after = positionOf(row);
    }
    if (rows.length < count) {
      if (stretch.fromMs === undefined) return { rows: found, next: null };
      after = positionAt(stretch.fromMs);
      stretch = olderStretch(stretch, stretch.fromMs, now() - lookedAtMs, oldestMs);
    }
    if (found.length === limit || now() - startedMs >= BUDGET_MS) return { rows: found, next: after ?? null };
  }
}

/** From `fromMs` up to where the one before it began; the last one is open. */
interface Stretch {
  readonly fromMs: number | undefined;
  readonly lengthMs: number;
}

function firstStretch(
  search: Pick<Search<never, { receivedAtMs: number }>, 'isDirect' | 'hasWords' | 'after' | 'toMs'>,
  nowMs: number,
  oldestMs: number,
): Stretch {
  if (search.isDirect) return { fromMs: undefined, lengthMs: RECENT_MS };
  const newestMs = Math.min(nowMs, search.toMs ?? nowMs, search.after?.receivedAtMs ?? nowMs);
  return stretchOf(newestMs, search.hasWords ? FIRST_STRETCH_OF_WORDS_MS : FIRST_STRETCH_MS, oldestMs);
}

/** As much longer or shorter as the last one was quicker or slower than it should be. */
function olderStretch({ lengthMs }: Stretch, beganMs: number, tookMs: number, oldestMs: number): Stretch {
  const change = Math.min(MAX_CHANGE, Math.max(1 / MAX_CHANGE, LOOK_MS / Math.max(1, tookMs)));
  return stretchOf(beganMs, Math.max(SHORTEST_MS, lengthMs * change), oldestMs);
}

function stretchOf(endMs: number, lengthMs: number, oldestMs: number): Stretch {
  const fromMs = Math.floor(endMs - lengthMs);
  return { fromMs: fromMs <= oldestMs ? undefined : fromMs, lengthMs };
}

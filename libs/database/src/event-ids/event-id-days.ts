import type { Statement } from '../database.ts';

const DAY_MS = 86_400_000;

/** After the day on which an id was claimed has ended. GoHighLevel can resend for 30 days. */
export const EVENT_IDS_KEPT_DAYS = 35;

interface Runner {
  query<Row extends object>(statement: Statement): Promise<Row[]>;
}

/**
 * Lets new ids go to the day of `nowMs` (UTC) unless a day as late is open already: days only go forward, whatever
 * clocks do. Gives up at once where another process is about it, or claims take too long to end; call again later.
 * @returns Whether a new day was opened.
 */
export async function openEventIdDay(runner: Runner, nowMs: number): Promise<boolean> {
  const [row] = await runner.query<{ opened: boolean }>({
    text: 'SELECT open_event_id_day(to_timestamp($1::float8 / 1000)) AS opened',
    values: [nowMs],
  });
  return row?.opened === true;
}

/** Drops days that were sealed 35 days before `nowMs`, each with its table. @returns How many went. */
export async function dropEventIdDays(runner: Runner, nowMs: number): Promise<number> {
  const [row] = await runner.query<{ gone: number }>({
    text: 'SELECT drop_event_id_days(to_timestamp($1::float8 / 1000)) AS gone',
    values: [nowMs - EVENT_IDS_KEPT_DAYS * DAY_MS],
  });
  return row?.gone ?? 0;
}

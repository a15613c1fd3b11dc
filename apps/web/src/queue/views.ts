import type { Row } from '../api/rows.ts';

export const VIEWS = ['now', 'cold', 'all'] as const;
export type View = (typeof VIEWS)[number];

/** From here on a lead is more likely than not to fall silent. */
export const GOING_COLD_FROM = 0.5;

/** Whether a lead is going cold; where evidence is thin nobody can say. */
function isGoingCold(row: Row): boolean {
  return row.isOpen && row.band !== 'unknown' && row.goingCold.probability >= GOING_COLD_FROM;
}

const MEMBERS: Readonly<Record<View, (row: Row) => boolean>> = {
  now: (row) => row.isOpen && (row.band === 'hot' || row.band === 'warm'),
  cold: isGoingCold,
  all: () => true,
};

export function isIn(view: View, row: Row): boolean {
  return MEMBERS[view](row);
}

/**
 * Order of a view; total, so equal leads never swap places.
 * `now`: best odds first. `cold`: most to lose first (odds of converting times odds of falling silent).
 * `all`: latest touch first, never touched last.
 */
export function compareIn(view: View): (a: Row, b: Row) => number {
  const weight = WEIGHTS[view];
  return (a, b) => weight(b) - weight(a) || (a.leadId < b.leadId ? -1 : a.leadId > b.leadId ? 1 : 0);
}

const WEIGHTS: Readonly<Record<View, (row: Row) => number>> = {
  now: (row) => row.conversion.probability,
  cold: (row) => row.conversion.probability * row.goingCold.probability,
  all: (row) => row.lastTouchAtMs ?? 0,
};

/** Leads of each kind among those still open; `all` counts every lead. */
export interface Counts {
  readonly hot: number;
  readonly warm: number;
  readonly goingCold: number;
  readonly unknown: number;
  readonly now: number;
  readonly all: number;
}

export function countsOf(rows: Iterable<Row>): Counts {
  let [hot, warm, goingCold, unknown, all] = [0, 0, 0, 0, 0];
  for (const row of rows) {
    all += 1;
    if (!row.isOpen) continue;
    if (row.band === 'hot') hot += 1;
    if (row.band === 'warm') warm += 1;
    if (row.band === 'unknown') unknown += 1;
    if (isGoingCold(row)) goingCold += 1;
  }
  return { hot, warm, goingCold, unknown, now: hot + warm, all };
}

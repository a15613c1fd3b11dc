const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Length of time in one unit, rounded down: `42 s`, `3 min`, `5 h`, `12 d`. Below a second, or in the future: `now`. */
export function ageWords(ageMs: number): string {
  if (ageMs < SECOND_MS) return 'now';
  if (ageMs < MINUTE_MS) return `${Math.floor(ageMs / SECOND_MS)} s`;
  if (ageMs < HOUR_MS) return `${Math.floor(ageMs / MINUTE_MS)} min`;
  if (ageMs < 2 * DAY_MS) return `${Math.floor(ageMs / HOUR_MS)} h`;
  return `${Math.floor(ageMs / DAY_MS)} d`;
}

/** `ageWords` within a sentence: `3 min ago`, `just now`. */
export function agoWords(ageMs: number): string {
  const words = ageWords(ageMs);
  return words === 'now' ? 'just now' : `${words} ago`;
}

/** Age of what is on the screen: tenths below ten seconds (`0.4 s`), then as `ageWords`. */
export function freshnessWords(ageMs: number): string {
  const tenths = Math.floor(Math.max(0, ageMs) / 100);
  return tenths < 100 ? `${Math.floor(tenths / 10)}.${tenths % 10} s` : ageWords(ageMs);
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' });
const dayOfYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** `14:32`, in the zone of the screen. */
export function clockWords(atMs: number): string {
  return clock.format(atMs);
}

/** `Today`, `Yesterday`, `Tue 3 Nov`, or with the year where it is another one. */
export function dayWords(atMs: number, nowMs: number): string {
  const at = new Date(atMs);
  const now = new Date(nowMs);
  if (at.toDateString() === now.toDateString()) return 'Today';
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (at.toDateString() === yesterday.toDateString()) return 'Yesterday';
  return (at.getFullYear() === now.getFullYear() ? day : dayOfYear).format(atMs).replace(',', '');
}

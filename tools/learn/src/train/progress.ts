const BAR_WIDTH = 24;
const LINE_EVERY_MS = 2_000;
const BAR_EVERY_MS = 100;

/** Tells a person how far something is. */
export interface Progress {
  /** @param share Of the whole, 0 to 1; null when nobody knows how much there is. */
  at(what: string, share: number | null): void;
  /** A line that stays. */
  say(line: string): void;
}

/** On a terminal one line that moves, elsewhere a line every other second. */
export function progressOn(
  stream: Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean },
  nowMs: () => number,
): Progress {
  const isTerminal = stream.isTTY === true;
  let shownMs = -Infinity;
  let isOpen = false;
  return {
    at(what, share) {
      if (nowMs() - shownMs < (isTerminal ? BAR_EVERY_MS : LINE_EVERY_MS)) return;
      shownMs = nowMs();
      stream.write(isTerminal ? `\r\u001B[K${barOf(share)} ${what}` : `  ${percentOf(share)}${what}\n`);
      isOpen = isTerminal;
    },
    say(line) {
      stream.write(isOpen ? `\r\u001B[K${line}\n` : `${line}\n`);
      isOpen = false;
    },
  };
}

function barOf(share: number | null): string {
  if (share === null) return '…';
  const full = Math.round(Math.min(1, share) * BAR_WIDTH);
  return `[${'#'.repeat(full)}${' '.repeat(BAR_WIDTH - full)}]`;
}

function percentOf(share: number | null): string {
  return share === null ? '' : `${Math.round(100 * share)} % `;
}

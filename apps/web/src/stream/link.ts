import type { StreamMessage } from './messages.ts';

/** What is known of the way to the server. Times by this screen's clock. */
export interface Link {
  readonly at: 'connecting' | 'open' | 'lost';
  /** When the stream last spoke; null before it ever did. */
  readonly heardAtMs: number | null;
  /** When everything shown was last known to be current; null before it ever was. */
  readonly currentAtMs: number | null;
  /** Messages between this screen and the newest score; null when nobody has said yet. */
  readonly behind: number | null;
}

export const UNCONNECTED: Link = { at: 'connecting', heardAtMs: null, currentAtMs: null, behind: null };

/** The server beats every 5 s: after this long without a word the connection is dead, whatever the socket says. */
export const SILENCE_MS = 12_000;

/** The mark at the top of the page. */
export type Freshness =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live'; readonly ageMs: number }
  | { readonly kind: 'catchingUp'; readonly behind: number | null }
  | { readonly kind: 'offline'; readonly sinceMs: number | null };

export function afterMessage(link: Link, message: StreamMessage, nowMs: number): Link {
  const heard = { at: 'open', heardAtMs: nowMs } as const;
  switch (message.kind) {
    case 'hello':
      // Up to where is known, how far that is from the newest is not: the next beat says.
      return { ...link, ...heard, at: message.live ? 'open' : 'lost', behind: null };
    case 'reset':
      return { ...link, ...heard, behind: null };
    case 'scores':
      if (link.behind === 0) return { ...link, ...heard, currentAtMs: nowMs };
      return { ...link, ...heard, behind: link.behind === null ? null : Math.max(1, link.behind - 1) };
    default:
      if (!message.live) return { ...link, at: 'lost', heardAtMs: nowMs, behind: null };
      return {
        ...heard,
        behind: message.behind,
        currentAtMs: message.behind === 0 ? nowMs : link.currentAtMs,
      };
  }
}

export function afterLoss(link: Link): Link {
  return link.at === 'lost' ? link : { ...link, at: 'lost', behind: null };
}

/** @param listComplete false while pages of the list are still on their way. */
export function freshnessOf(link: Link, listComplete: boolean, nowMs: number): Freshness {
  if (link.at === 'connecting') return { kind: 'connecting' };
  const silentMs = nowMs - (link.heardAtMs ?? nowMs);
  if (link.at === 'lost' || silentMs > SILENCE_MS) return { kind: 'offline', sinceMs: link.currentAtMs };
  if (link.behind === 0 && listComplete) return { kind: 'live', ageMs: silentMs };
  return { kind: 'catchingUp', behind: link.behind === 0 ? null : link.behind };
}

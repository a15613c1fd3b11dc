import type { ReactNode } from 'react';
import type { Freshness } from '../stream/link.ts';
import { clockWords, freshnessWords } from '../words/time.ts';

/** Live, catching up or offline, as a word, a number and a shape. */
export function FreshnessMark({ freshness }: { readonly freshness: Freshness }): ReactNode {
  return (
    <p className="freshness" data-kind={freshness.kind} title={EXPLAINED[freshness.kind]}>
      <svg className="pulse" viewBox="0 0 12 12" aria-hidden="true">
        <circle cx="6" cy="6" r="4" />
        {freshness.kind === 'live' && <circle className="full" cx="6" cy="6" r="4" />}
        {freshness.kind === 'catchingUp' && <path className="full" d="M6 2a4 4 0 0 1 0 8z" />}
        {freshness.kind === 'offline' && <path d="M2.5 9.5l7-7" />}
      </svg>
      <span>{words(freshness)}</span>
    </p>
  );
}

function words(freshness: Freshness): string {
  switch (freshness.kind) {
    case 'connecting':
      return 'Connecting';
    case 'live':
      return `Live ${freshnessWords(freshness.ageMs)}`;
    case 'catchingUp':
      return freshness.behind === null ? 'Catching up' : `Catching up, ${freshness.behind} behind`;
    default:
      return freshness.sinceMs === null ? 'Offline' : `Offline since ${clockWords(freshness.sinceMs)}`;
  }
}

const EXPLAINED: Readonly<Record<Freshness['kind'], string>> = {
  connecting: 'No word from the server yet.',
  live: 'Everything scored has reached this screen; the server last spoke this long ago.',
  catchingUp: 'Newer scores exist and are on their way.',
  offline: 'No connection: what you see is from the time given. It is tried again by itself.',
};

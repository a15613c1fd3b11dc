import { type ReactNode, useEffect, useRef } from 'react';
import type { TimelineEntry } from '../api/rows.ts';
import { bodyText } from '../lead/timeline.ts';
import { eventWords } from '../words/events.ts';
import { clockWords, dayWords } from '../words/time.ts';

export interface TimelineProps {
  readonly entries: readonly TimelineEntry[];
  /** Events that a reason led to. */
  readonly lit: ReadonlySet<string>;
  readonly hasOlder: boolean;
  readonly loadingOlder: boolean;
  readonly serverNowMs: number;
  readonly onOlder: () => void;
}

/** What happened to a lead, newest first, each with the webhook that said so. */
export function Timeline({ entries, lit, hasOlder, loadingOlder, serverNowMs, onOlder }: TimelineProps): ReactNode {
  const section = useRef<HTMLElement>(null);
  // Who came by a reason goes on from its newest event, and hears it read.
  useEffect(() => {
    if (lit.size === 0) return;
    const newest = section.current?.querySelector<HTMLElement>('[aria-current] summary');
    newest?.focus({ preventScroll: true });
    newest?.scrollIntoView({ block: 'center' });
  }, [lit]);
  const days = Map.groupBy(entries, ({ atMs }) => dayWords(atMs, serverNowMs));
  return (
    <section className="timeline" aria-label="Timeline" ref={section}>
      <h3>Timeline</h3>
      {[...days].map(([day, ofDay]) => (
        <section key={day}>
          <h4>{day}</h4>
          <ol>
            {ofDay.map((entry) => (
              <Entry key={entry.eventId} entry={entry} isLit={lit.has(entry.eventId)} />
            ))}
          </ol>
        </section>
      ))}
      {hasOlder && (
        <button type="button" className="plain" onClick={onOlder} disabled={loadingOlder}>
          {loadingOlder ? 'Fetching' : 'Older events'}
        </button>
      )}
    </section>
  );
}

function Entry({ entry, isLit }: { readonly entry: TimelineEntry; readonly isLit: boolean }): ReactNode {
  const [first] = entry.events;
  const words = entry.events.map((event) => eventWords(event, entry.machine)).join(' · ');
  return (
    <li
      data-actor={entry.machine === null ? (first?.actor ?? 'system') : 'system'}
      aria-current={isLit ? 'true' : undefined}
    >
      <details>
        <summary>
          <time dateTime={new Date(entry.atMs).toISOString()}>{clockWords(entry.atMs)}</time>
          <span>{words === '' ? entry.type : words}</span>
        </summary>
        <p className="raw-head">
          {entry.type} webhook, received {clockWords(entry.receivedAtMs)}
        </p>
        {/* Long lines scroll within, and who has no mouse needs to reach them. */}
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
        <section className="raw" aria-label="Raw webhook" tabIndex={0}>
          <pre>{bodyText(entry.body)}</pre>
        </section>
      </details>
    </li>
  );
}

import type { ReactNode } from 'react';
import type { TimelineEntry } from '../api/rows.ts';
import { bodyText } from '../lead/timeline.ts';
import { eventWords } from '../words/events.ts';
import { clockWords, dayWords } from '../words/time.ts';

export interface TimelineProps {
  readonly entries: readonly TimelineEntry[];
  readonly hasOlder: boolean;
  readonly loadingOlder: boolean;
  readonly serverNowMs: number;
  readonly onOlder: () => void;
}

/** What happened to a lead, newest first, each with the webhook that said so. */
export function Timeline({ entries, hasOlder, loadingOlder, serverNowMs, onOlder }: TimelineProps): ReactNode {
  const days = Map.groupBy(entries, ({ atMs }) => dayWords(atMs, serverNowMs));
  return (
    <section className="timeline" aria-label="Timeline">
      <h3>Timeline</h3>
      {[...days].map(([day, ofDay]) => (
        <section key={day}>
          <h4>{day}</h4>
          <ol>
            {ofDay.map((entry) => (
              <Entry key={entry.eventId} entry={entry} />
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

function Entry({ entry }: { readonly entry: TimelineEntry }): ReactNode {
  const [first] = entry.events;
  const words = entry.events.map((event) => eventWords(event, entry.machine)).join(' · ');
  return (
    <li data-actor={entry.machine === null ? (first?.actor ?? 'system') : 'system'}>
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

import { UsageError } from '../usage-error.ts';
import { momentMs } from './moment.ts';

/** By what both letters and deliveries are found, besides their tenant. */
export const FILTER_NAMES = ['type', 'event', 'lead', 'contact', 'source', 'since', 'until', 'text', 'path'] as const;

export const FILTER_USAGE = `[--type NAME] [--contact ID] [--event ID] [--source ID] [--since 2h] [--until 1h]
      [--text 'words in it'] [--path '$.contact.email=ann@example.com']`;

type Values = Readonly<Record<string, string | undefined>>;

/** The same in the words of the API; without what was not given. @throws UsageError */
export function filterOf(values: Values, nowMs: number): Record<string, string> {
  const { type, event, lead, contact, source, since, until, text, path } = values;
  if (lead !== undefined && contact !== undefined) throw new UsageError('--lead and --contact are the same: give one');
  return defined({
    type,
    event,
    lead: lead ?? contact,
    source,
    from: since === undefined ? undefined : isoOf('since', since, nowMs),
    to: until === undefined ? undefined : isoOf('until', until, nowMs),
    text,
    path,
  });
}

/** What was given of `fields`. */
export function defined<T>(fields: Readonly<Record<string, T | undefined>>): Record<string, T> {
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, T] => entry[1] !== undefined));
}

function isoOf(option: string, text: string, nowMs: number): string {
  return new Date(momentMs(option, text, nowMs)).toISOString();
}

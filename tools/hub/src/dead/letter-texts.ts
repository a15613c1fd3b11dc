import { bytesText } from '../search/bytes-text.ts';
import { preciseTimeText, printable, table, timeText } from '../table.ts';
import type { Attempt, Letter, LetterGroup, LetterLine } from './letter.ts';

export function groupsText(groups: readonly LetterGroup[]): string {
  if (groups.length === 0) return 'no dead letters\n';
  const heads = ['reason', 'cause', 'dead', 'parked', 'replayed', 'dropped', 'tenants', 'first', 'latest', 'example'];
  const rows = groups.map((group) => [
    group.reason,
    group.cause,
    group.dead,
    group.parked,
    group.replayed,
    group.dropped,
    group.tenants,
    timeText(group.firstFailedAtMs),
    timeText(group.lastFailedAtMs),
    group.exampleId,
  ]);
  return table(heads, rows);
}

export function lettersText(letters: readonly LetterLine[]): string {
  if (letters.length === 0) return 'no dead letters match\n';
  const heads = ['letter', 'received', 'state', 'reason', 'cause', 'tenant', 'type', 'contact', 'tries', 'event'];
  const rows = letters.map((letter) => [
    letter.id,
    timeText(letter.receivedAtMs),
    letter.state,
    letter.reason,
    letter.cause,
    letter.tenantId,
    letter.type,
    letter.leadId,
    letter.attempts,
    letter.eventId,
  ]);
  return table(heads, rows);
}

/** All of one letter; its bytes as text where they are text. */
export function letterText(letter: Letter, how: { readonly hex: boolean }): string {
  const bytes = Buffer.from(letter.bytesBase64, 'base64');
  const facts: readonly (readonly [string, string | null])[] = [
    ['state', letter.state],
    ['reason', letter.reason],
    ['cause', letter.cause],
    ...(letter.detail === null ? [] : [['detail', letter.detail] as const]),
    ['tenant', letter.tenantId],
    ['type', letter.type],
    ['contact', letter.leadId],
    ['event', letter.eventId],
    ['source', letter.sourceId],
    ['received', preciseTimeText(letter.receivedAtMs)],
    ['sent again', timeOrNull(letter.sentAgainAtMs)],
    ['settled', timeOrNull(letter.settledAtMs)],
    ['trace', letter.traceparent],
  ];
  return [
    `letter ${letter.id}\n${factsText(facts)}`,
    `headers\n${headersText(letter.headers)}`,
    `attempts: ${letter.attempts}\n${attemptsText(letter.attemptLog)}`,
    `${bytes.length} bytes\n${bytesText(bytes, how)}`,
  ].join('\n');
}

export function attemptsText(log: readonly Attempt[]): string {
  return table(
    ['at', 'reason', 'cause'],
    log.map(({ atMs, reason, cause }) => [preciseTimeText(atMs), reason, cause]),
  );
}

export function headersText(headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `  ${name}: ${printable(value)}\n`);
  return lines.length === 0 ? '  none were kept\n' : lines.join('');
}

/** Names and values under each other. */
export function factsText(facts: readonly (readonly [string, string | null])[]): string {
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `  ${name.padEnd(width)}  ${value === null ? '–' : printable(value)}\n`).join('');
}

function timeOrNull(atMs: number | null): string | null {
  return atMs === null ? null : preciseTimeText(atMs);
}

import { durationText, table, timeText } from '../table.ts';
import type { HmacView, KeyAdded, KeyView, SourceView } from './source-view.ts';

const STATE: Readonly<Record<KeyView['state'], string>> = {
  valid: 'valid',
  notYetValid: 'not yet valid',
  expired: 'ended',
  revoked: 'revoked',
};

const KEY_HEADS = ['key', 'is', 'from', 'until', 'last used', 'uses'];

/** One line for each key, so that it can be searched. */
export function listText(sources: readonly SourceView[]): string {
  if (sources.length === 0) return 'no sources\n';
  const rows = sources.flatMap((source) => {
    const which = [source.sourceId, source.kind, source.name, source.state];
    if (source.keys.length === 0) return [[...which, ...KEY_HEADS.map(() => null)]];
    return source.keys.map((key) => [...which, ...keyCells(key)]);
  });
  return table(['source', 'kind', 'name', 'state', ...KEY_HEADS], rows);
}

export function sourceText(source: SourceView): string {
  const { sourceId, kind, name, state, url, hmac, keys } = source;
  const lines = [
    `${sourceId}  ${kind}  ${name}  ${state}`,
    `posts to ${url}`,
    ...(hmac === null ? [] : [`signs with ${hmacText(hmac)}`]),
  ];
  const ring = keys.length === 0 ? 'no keys\n' : table(KEY_HEADS, keys.map(keyCells));
  return `${lines.join('\n')}\n\n${ring}`;
}

/** With the secret, where the hub made it: this once. */
export function addedText(added: KeyAdded): string {
  const { source, keyId, secret, urlWithSecret } = added;
  const lines = [`key ${keyId} was added\n`, sourceText(source)];
  if (secret === null) return lines.join('\n');
  const shown = [
    `secret  ${secret}`,
    ...(urlWithSecret === null ? [] : [`or, for senders that can set no header, post to  ${urlWithSecret}`]),
    'Store it now: it is kept sealed and is not shown again. Lost, it is replaced: sources rotate',
  ];
  return `${lines.join('\n')}\n${shown.join('\n')}\n`;
}

function keyCells(key: KeyView): (string | number | null)[] {
  const { keyId, state, notBeforeMs, notAfterMs, revokedAtMs, lastUsedAtMs, uses } = key;
  return [
    keyId,
    STATE[state],
    timeCell(notBeforeMs),
    timeCell(revokedAtMs ?? notAfterMs),
    lastUsedAtMs === null ? 'never' : timeText(lastUsedAtMs),
    uses,
  ];
}

function timeCell(atMs: number | null): string | null {
  return atMs === null ? null : timeText(atMs);
}

function hmacText({ signatureHeader, prefix, algorithm, encoding, timestampHeader, toleranceMs }: HmacView): string {
  const signed = timestampHeader === null ? 'the body' : `<${timestampHeader}>.<body>`;
  const within = timestampHeader === null ? '' : `, within ${durationText(toleranceMs)} of that time`;
  return `HMAC-${algorithm} over ${signed}, as ${prefix}<${encoding}> in ${signatureHeader}${within}`;
}

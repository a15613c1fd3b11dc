import { fieldsOf, isNumber, listOf, readRow } from '../api/guards.ts';
import type { Row } from '../api/rows.ts';

/**
 * What the server says over the stream. `sequence`: everything up to it has reached this screen, so it is where to
 * resume. `live`: false while the server itself cannot read the scores.
 */
export type StreamMessage =
  | { readonly kind: 'hello'; readonly sequence: number; readonly serverNowMs: number; readonly live: boolean }
  | { readonly kind: 'scores'; readonly sequence: number; readonly rows: readonly Row[] }
  | { readonly kind: 'reset'; readonly sequence: number | null }
  | {
      readonly kind: 'beat';
      readonly sequence: number;
      readonly serverNowMs: number;
      /** Messages the server has yet to read. */
      readonly behind: number;
      readonly live: boolean;
    };

export const MESSAGE_KINDS = ['hello', 'scores', 'reset', 'beat'] as const;

/**
 * Reads one server-sent event.
 * @param id The id of this event or, where it has none, of the last that had one; '' when none had.
 * @returns null when it cannot be read.
 */
export function readMessage(kind: StreamMessage['kind'], id: string, data: string): StreamMessage | null {
  const raw = jsonOf(data);
  const fields = fieldsOf(raw);
  const sequence = sequenceOf(fields?.['sequence'] ?? (id === '' ? null : Number(id)));
  if (kind === 'reset') return { kind, sequence };
  if (sequence === null) return null;
  if (kind === 'scores') return Array.isArray(raw) ? { kind, sequence, rows: listOf(raw, readRow) } : null;
  const serverNowMs = fields?.['serverNowMs'];
  if (fields === null || !isNumber(serverNowMs)) return null;
  const live = fields['live'] !== false;
  if (kind === 'hello') return { kind, sequence, serverNowMs, live };
  return { kind, sequence, serverNowMs, behind: isNumber(fields['behind']) ? fields['behind'] : 0, live };
}

function sequenceOf(raw: unknown): number | null {
  return isNumber(raw) && Number.isSafeInteger(raw) && raw >= 0 ? raw : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: unreadable like any other shape that is not ours.
    return null;
  }
}

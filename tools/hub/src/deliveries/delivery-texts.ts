import { attemptsText, factsText, headersText } from '../dead/letter-texts.ts';
import { bytesText } from '../search/bytes-text.ts';
import { durationText, preciseTimeText, table, timeText } from '../table.ts';
import type { DeliveryLife, DeliveryLine } from './delivery.ts';

export function deliveriesText(deliveries: readonly DeliveryLine[]): string {
  if (deliveries.length === 0) return 'no deliveries match\n';
  const heads = ['received', 'outcome', 'tenant', 'type', 'contact', 'source', 'settled after', 'sent by', 'event'];
  const rows = deliveries.map((one) => [
    timeText(one.receivedAtMs),
    one.outcome,
    one.tenantId,
    one.type,
    one.leadId,
    one.sourceId,
    durationText(one.settledAtMs - one.receivedAtMs),
    senderText(one),
    one.eventId,
  ]);
  return table(heads, rows);
}

/** What became of one webhook, step by step, and its bytes as text where they are text. */
export function lifeText(life: DeliveryLife, bytes: Uint8Array, how: { readonly hex: boolean }): string {
  const facts: readonly (readonly [string, string | null])[] = [
    ['tenant', life.tenantId],
    ['type', life.copies[0]?.type ?? null],
    ['contact', life.copies[0]?.leadId ?? null],
    ['happened', life.atMs === null ? null : `${preciseTimeText(life.atMs)} by the sender's clock`],
    ['trace', life.traceparent],
  ];
  return [
    `webhook ${life.eventId}\n${factsText(facts)}`,
    `copies: ${life.copies.length}\n${copiesText(life.copies)}`,
    becameText(life),
    `headers\n${headersText(life.headers)}`,
    `${bytes.length} bytes\n${bytesText(bytes, how)}`,
  ].join('\n');
}

/** Each step's time after the copy was received. */
function copiesText(copies: readonly DeliveryLine[]): string {
  const heads = ['received', 'stored', 'settled', 'outcome', 'tries', 'sent by', 'place in INBOX'];
  const rows = copies.map((copy) => [
    preciseTimeText(copy.receivedAtMs),
    `+${durationText(copy.storedAtMs - copy.receivedAtMs)}`,
    `+${durationText(copy.settledAtMs - copy.receivedAtMs)}`,
    copy.outcome,
    copy.attempts,
    senderText(copy),
    `${copy.packSequence}.${copy.packPosition}`,
  ]);
  return table(heads, rows);
}

function becameText({ decision, letter }: DeliveryLife): string {
  const scored =
    decision === null
      ? 'not scored\n'
      : `scored ${preciseTimeText(decision.scoredAtMs)}: version ${decision.version} of contact ${decision.leadId}, ${decision.band}, ` +
        `conversion ${oddsText(decision.conversionLogit)}, going cold ${oddsText(decision.goingColdLogit)}\n`;
  if (letter === null) return scored;
  const { id, state, reason, cause, attemptLog } = letter;
  return `${scored}letter ${id}: ${state}, ${reason} at ${cause}\n${attemptsText(attemptLog)}`;
}

function oddsText(logit: number): string {
  return `${Math.round(100 / (1 + Math.exp(-logit)))} in 100`;
}

function senderText({ replayId }: DeliveryLine): string {
  return replayId === null ? 'sender' : `replay ${replayId}`;
}

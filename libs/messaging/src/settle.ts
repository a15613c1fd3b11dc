import type { JsMsg } from '@nats-io/jetstream';
import { oneLine } from './headers.ts';
import type { Outcome } from './outcome.ts';

/** What settling needs of a message. */
export type Settleable = Pick<JsMsg, 'ack' | 'nak' | 'term'>;

/**
 * Tells the broker what became of one message; the only place that does.
 *
 * Plain acks: one that gets lost means one more delivery, which handlers bear anyway, and waiting for its
 * confirmation would cost a round trip per message.
 * @param storeDeadLetter Resolves when the message is kept elsewhere: only then is the original terminated.
 * @throws what `storeDeadLetter` throws, and when the connection is closed: the message is delivered again.
 */
export async function settle(
  message: Settleable,
  outcome: Outcome,
  storeDeadLetter: (reason: string) => Promise<void>,
): Promise<void> {
  switch (outcome.kind) {
    case 'done':
    case 'drop':
      message.ack();
      return;
    case 'retry':
      // Without a delay the broker would deliver at once, whatever 0 was meant to say.
      message.nak(Math.max(1, Math.round(outcome.afterMs)));
      return;
    case 'deadLetter':
      await storeDeadLetter(outcome.reason);
      message.term(oneLine(outcome.reason));
  }
}

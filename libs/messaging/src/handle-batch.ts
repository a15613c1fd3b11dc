import type { ReadContract } from '@hub/contracts';
import { fullJitter } from '@hub/resilience';
import type { JsMsg } from '@nats-io/jetstream';
import type { BatchHandler } from './consume.ts';
import { traceparentOf } from './headers.ts';
import type { Inbound, Outcome } from './outcome.ts';

const RETRY = { baseMs: 200, capMs: 30_000 };

/** What is read of a message. */
export type Delivery = Pick<JsMsg, 'subject' | 'data' | 'headers' | 'info'>;

export interface Verdict<D> {
  readonly message: D;
  readonly outcome: Outcome;
}

interface Readable<T, D> {
  readonly message: D;
  readonly inbound: Inbound<T>;
}

/**
 * Parses each message once and asks the handler about all that can be read.
 * @param onError Told when the handler threw; all of its batch is then retried, later the oftener it was delivered.
 * @returns One verdict per message, in no particular order.
 */
export async function judge<T, D extends Delivery>(
  contract: Pick<ReadContract<T>, 'decode'>,
  handler: BatchHandler<T>,
  messages: readonly D[],
  onError: (error: unknown) => void,
): Promise<readonly Verdict<D>[]> {
  const readable: Readable<T, D>[] = [];
  const unreadable: Verdict<D>[] = [];
  for (const message of messages) {
    try {
      readable.push({ message, inbound: inboundOf(contract.decode(message.data), message) });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      unreadable.push({ message, outcome: { kind: 'deadLetter', reason: `unreadable: ${reason}` } });
    }
  }
  if (readable.length === 0) return unreadable;
  return [...unreadable, ...(await askHandler(handler, readable, onError))];
}

function inboundOf<T>(payload: T, { subject, headers, info }: Delivery): Inbound<T> {
  return {
    payload,
    subject,
    sequence: info.streamSequence,
    storedAtMs: storedAtMsOf(info),
    deliveries: info.deliveryCount,
    traceparent: traceparentOf(headers),
  };
}

/** The broker's clock has nanoseconds; more than ms are no longer exact in a number. */
function storedAtMsOf({ timestampNanos }: Delivery['info']): number {
  return Math.floor(timestampNanos / 1e6);
}

async function askHandler<T, D>(
  handler: BatchHandler<T>,
  readable: readonly Readable<T, D>[],
  onError: (error: unknown) => void,
): Promise<readonly Verdict<D>[]> {
  try {
    const outcomes = await handler(readable.map(({ inbound }) => inbound));
    return pair(readable, outcomes);
  } catch (cause) {
    onError(cause);
    return readable.map(({ message, inbound }) => ({
      message,
      outcome: { kind: 'retry', afterMs: fullJitter(inbound.deliveries, RETRY), cause },
    }));
  }
}

function pair<D>(asked: readonly { message: D }[], outcomes: readonly Outcome[]): readonly Verdict<D>[] {
  const verdicts = asked.flatMap(({ message }, i) => {
    const outcome = outcomes[i];
    return outcome ? [{ message, outcome }] : [];
  });
  if (verdicts.length === asked.length && outcomes.length === asked.length) return verdicts;
  throw new Error(`the handler gave ${outcomes.length} outcomes for ${asked.length} messages`);
}

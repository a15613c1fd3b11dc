import type { DeliveryInfo, JsMsg } from '@nats-io/jetstream';
import { errors, type Msg, type NatsConnection, nanos } from '@nats-io/transport-node';
import type { Delivery } from './handle-batch.ts';
import { linkOf } from './link.ts';
import type { Settleable } from './settle.ts';

const DEADLINE_MS = 2_000;

/** One message in hand, to be settled. */
export type Pulled = Delivery & Settleable & Pick<JsMsg, 'working'>;

/** Nobody answers for the consumer: it was deleted, or the broker is only starting. */
export class ConsumerGone extends Error {
  override readonly name = 'ConsumerGone';
  readonly retryable = true;
}

/**
 * Asks a durable pull consumer for one message, and does not wait where there is none; the client's own `fetch` would wait
 * for a second at least.
 * @throws ConsumerGone; DependencyUnavailable without a broker; TimeoutError after 2 s.
 */
export async function pullOne(connection: NatsConnection, stream: string, durable: string): Promise<Pulled | null> {
  const subject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`;
  const request = JSON.stringify({ batch: 1, no_wait: true });
  try {
    const answer = await linkOf(connection).whileUp(() =>
      // A message keeps its own subject, by which the client's shared inbox could not find who asked.
      connection.request(subject, request, { timeout: DEADLINE_MS, noMux: true }),
    );
    return answer.reply === undefined || answer.reply === '' ? null : pulled(connection, answer, answer.reply);
  } catch (error) {
    if (error instanceof errors.NoRespondersError) throw new ConsumerGone(`no consumer ${durable}`, { cause: error });
    throw error;
  }
}

/** A message is settled by what is sent to its reply subject. */
function pulled(connection: NatsConnection, message: Msg, reply: string): Pulled {
  const tell = (what: string): void => connection.publish(reply, what);
  return {
    subject: message.subject,
    data: message.data,
    headers: message.headers,
    info: deliveryOf(reply),
    ack: () => tell('+ACK'),
    nak: (delayMs = 0) => tell(delayMs > 0 ? `-NAK ${JSON.stringify({ delay: nanos(delayMs) })}` : '-NAK'),
    term: (reason = '') => tell(reason === '' ? '+TERM' : `+TERM ${reason}`),
    working: () => tell('+WPI'),
  };
}

/**
 * `$JS.ACK.[<domain>.<account>.]<stream>.<consumer>.<deliveries>.<stream sequence>.<delivery sequence>.<ns>.<pending>`, with
 * the domain in newer brokers, which may add more behind (NATS ADR-15).
 */
export function deliveryOf(reply: string): DeliveryInfo {
  const tokens = reply.split('.');
  const hasDomain = tokens.length > 9;
  const [stream = '', consumer = '', ...numbers] = tokens.slice(hasDomain ? 4 : 2);
  const [deliveries = 0, streamSequence = 0, deliverySequence = 0, timestampNanos = 0, pending = 0] =
    numbers.map(Number);
  return {
    domain: hasDomain && tokens[2] !== '_' ? (tokens[2] ?? '') : '',
    account_hash: hasDomain ? (tokens[3] ?? '') : '',
    stream,
    consumer,
    deliveryCount: deliveries,
    redelivered: deliveries > 1,
    streamSequence,
    deliverySequence,
    timestampNanos,
    pending,
  };
}

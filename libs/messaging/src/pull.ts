import { fullJitter } from '@hub/resilience';
import type { Consumer, ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import type { ConsumeSettings } from './consume.ts';
import { linkOf } from './link.ts';
import { pause } from './pause.ts';

/** Shortest the client allows for one request. */
const MIN_WAIT_MS = 1_000;
const REOPEN = { baseMs: 200, capMs: 5_000 };

export interface PullParts {
  readonly connection: NatsConnection;
  readonly settings: ConsumeSettings;
  /** Makes sure of the stream and the consumer. */
  readonly open: () => Promise<Consumer>;
  /** Must not throw. */
  readonly onMessage: (message: JsMsg) => void;
  readonly onInterrupted: (error: unknown) => void;
}

/**
 * Pulls from `first` until `stopping` aborts, then resolves when nothing more will come.
 *
 * The client's `consume` keeps a request open and resumes by itself after a reconnect. It ends when the consumer or
 * its stream is gone or access was lost: then both are made sure of again, for as long as it takes.
 */
export async function keepPulling(first: Consumer, parts: PullParts, stopping: AbortSignal): Promise<void> {
  let consumer: Consumer | null = first;
  let failures = 0;
  while (!stopping.aborted && !parts.connection.isClosed()) {
    try {
      consumer ??= await linkOf(parts.connection).whileUp(parts.open);
      failures = 0;
      await pullFrom(consumer, parts, stopping);
    } catch (error) {
      failures += 1;
      parts.onInterrupted(error);
      await pause(fullJitter(failures, REOPEN), stopping);
    }
    consumer = null;
  }
}

/** @throws what ended it, unless it was us. */
async function pullFrom(consumer: Consumer, parts: PullParts, stopping: AbortSignal): Promise<void> {
  const messages = await consumer.consume({
    max_messages: parts.settings.batch,
    expires: Math.max(MIN_WAIT_MS, parts.settings.waitMs),
    abort_on_missing_resource: true,
    callback: parts.onMessage,
  });
  const stop = (): void => void end(messages, parts.connection);
  stopping.addEventListener('abort', stop, { once: true });
  if (stopping.aborted) stop();
  const error = await messages.closed();
  stopping.removeEventListener('abort', stop);
  if (error) throw error;
}

/**
 * The client's own `stop` drops what the broker has just sent, and nobody would see that before its ack wait has
 * passed. Draining its subscription, which the client's types do not show, lets it come in first.
 */
async function end(messages: ConsumerMessages, connection: NatsConnection): Promise<void> {
  const { sub } = messages as ConsumerMessages & { readonly sub?: Subscription };
  try {
    if (sub) await linkOf(connection).whileUp(() => sub.drain());
  } catch {
    // Without a broker nothing is on its way.
  }
  messages.stop();
}

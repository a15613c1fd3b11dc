import { type ReadContract, subjectOf } from '@hub/contracts';
import { fullJitter } from '@hub/resilience';
import type { Logger } from '@hub/telemetry';
import { type ConsumerMessages, jetstream, type JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { receivedAtMsOf, traceparentOf } from './headers.ts';
import { linkOf } from './link.ts';
import { pause } from './pause.ts';
import { streamState } from './stream-state.ts';

const REOPEN = { baseMs: 50, capMs: 1_000 };

export interface TailOptions {
  /** Fill the `*` of the contract's subject; omitted: all of them. */
  readonly tokens?: readonly string[];
  /** Stream sequence already seen; omitted: only what comes from now on. */
  readonly after?: number;
  readonly logger?: Logger;
  /** Called whenever the stream holds no more than was read, whether it could be read or not. */
  readonly onCaughtUp?: () => void;
}

export interface Tailed<T> {
  /** Position in the stream: what to resume after. */
  readonly sequence: number;
  /** What the `*` of the contract's subject stand for. */
  readonly tokens: readonly string[];
  readonly payload: T;
  readonly traceparent: string | null;
  /** Epoch ms; null where the message goes back to no webhook. */
  readonly receivedAtMs: number | null;
}

export interface Tail<T> extends AsyncIterable<Tailed<T>> {
  /** Ends the iteration. */
  stop(): void;
}

/**
 * Reads a stream in order, each message once, resuming by itself after whatever happens to the broker. Messages that
 * cannot be read are logged and passed over. Iterate it once.
 */
export function tail<T>(connection: NatsConnection, contract: ReadContract<T>, options: TailOptions = {}): Tail<T> {
  const stopping = new AbortController();
  return {
    stop: () => stopping.abort(),
    [Symbol.asyncIterator]: () => follow(connection, contract, options, stopping.signal),
  };
}

async function* follow<T>(
  connection: NatsConnection,
  contract: ReadContract<T>,
  options: TailOptions,
  stopping: AbortSignal,
): AsyncGenerator<Tailed<T>> {
  let after = options.after;
  let failures = 0;
  while (!stopping.aborted && !connection.isClosed()) {
    try {
      after ??= (await streamState(connection, contract.stream)).lastSequence;
      const from = after;
      const { messages, pending, close } = await linkOf(connection).whileUp(() =>
        open(connection, contract, options.tokens, from),
      );
      stopping.addEventListener('abort', close, { once: true });
      try {
        if (pending === 0) options.onCaughtUp?.();
        if (stopping.aborted) return;
        for await (const message of messages) {
          failures = 0;
          after = message.seq;
          const tailed = readTailed(contract, message, options.logger);
          if (tailed) yield tailed;
          if (message.info.pending === 0) options.onCaughtUp?.();
          if (stopping.aborted) return;
        }
      } finally {
        stopping.removeEventListener('abort', close);
        close();
      }
    } catch (error) {
      failures += 1;
      options.logger?.warn({ err: error, stream: contract.stream.name }, 'a tail was interrupted, resuming');
      await pause(fullJitter(failures, REOPEN), stopping);
    }
  }
}

/**
 * An ordered consumer, made anew from where it was when messages are missed. A broker that restarts has forgotten it, and
 * the client would wait for two heartbeats to notice: its messages end when the connection does, and `follow` asks again.
 */
async function open(
  connection: NatsConnection,
  contract: ReadContract<unknown>,
  tokens: readonly string[] | undefined,
  after: number,
): Promise<{ readonly messages: ConsumerMessages; readonly pending: number; readonly close: () => void }> {
  const consumer = await jetstream(connection).consumers.get(contract.stream.name, {
    filter_subjects: tokens ? subjectOf(contract, ...tokens) : contract.subject,
    opt_start_seq: after + 1,
  });
  const { num_pending: pending } = await consumer.info(true);
  const messages = await consumer.consume();
  const takeBack = linkOf(connection).onceDown(() => messages.stop());
  const close = (): void => {
    takeBack();
    messages.stop();
    // The broker would forget it after 5 minutes anyway.
    consumer.delete().catch(() => undefined);
  };
  return { messages, pending, close };
}

/** @returns null for a message that cannot be read. */
export function readTailed<T>(contract: ReadContract<T>, message: JsMsg, logger: Logger | undefined): Tailed<T> | null {
  try {
    return {
      sequence: message.seq,
      tokens: tokensOf(contract.subject, message.subject),
      payload: contract.decode(message.data),
      traceparent: traceparentOf(message.headers),
      receivedAtMs: receivedAtMsOf(message.headers),
    };
  } catch (error) {
    logger?.error({ err: error, sequence: message.seq, stream: contract.stream.name }, 'passed over a message');
    return null;
  }
}

/** Values at the places where `pattern` has a `*`. */
export function tokensOf(pattern: string, subject: string): string[] {
  const values = subject.split('.');
  return pattern.split('.').flatMap((token, i) => (token === '*' ? [values[i] ?? ''] : []));
}

import type { ReadContract } from '@hub/contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { linkOf } from './link.ts';

const DEADLINE_MS = 2_000;

export interface StoredMessage<T> {
  readonly subject: string;
  /** Epoch ms when the broker stored it. */
  readonly storedAtMs: number;
  readonly payload: T;
}

/**
 * One message of a contract's stream by its sequence, for a look at it: consumers are not affected.
 * @returns null when the stream no longer has it.
 * @throws UnreadableMessage; DependencyUnavailable without a broker; TimeoutError after 2 s; JetStreamApiError.
 */
export async function readMessage<T>(
  connection: NatsConnection,
  contract: ReadContract<T>,
  sequence: number,
): Promise<StoredMessage<T> | null> {
  const found = await linkOf(connection).whileUp(async () => {
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: DEADLINE_MS });
    return manager.streams.getMessage(contract.stream.name, { seq: sequence });
  });
  if (found === null) return null;
  return { subject: found.subject, storedAtMs: found.time.getTime(), payload: contract.decode(found.data) };
}

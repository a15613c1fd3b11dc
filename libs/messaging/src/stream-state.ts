import type { StreamDefinition } from '@hub/contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { linkOf } from './link.ts';

const DEADLINE_MS = 2_000;

export interface StreamState {
  /** Of the oldest message kept; one more than the last when none is. */
  readonly firstSequence: number;
  /** Of the newest message ever stored; 0 when none was. */
  readonly lastSequence: number;
  /** When the broker made the stream, as it writes it; another one means another stream, though of the same name. */
  readonly created: string;
}

/**
 * Also good as a health check: it answers only when the broker, JetStream and this stream do.
 * @throws DependencyUnavailable without a broker; TimeoutError after 2 s; StreamNotFoundError.
 */
export async function streamState(
  connection: NatsConnection,
  stream: Pick<StreamDefinition, 'name'>,
): Promise<StreamState> {
  return linkOf(connection).whileUp(async () => {
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: DEADLINE_MS });
    const { state, created } = await manager.streams.info(stream.name);
    return { firstSequence: state.first_seq, lastSequence: state.last_seq, created };
  });
}

import type { StreamDefinition } from '@hub/contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { isApiError } from './api-error.ts';
import { linkOf } from './link.ts';

const NO_SUCH_MESSAGE = 10057;

/**
 * Removes one message from a stream; one that is gone already is no error.
 * @throws DependencyUnavailable without a broker; TimeoutError; JetStreamApiError.
 */
export async function deleteMessage(
  connection: NatsConnection,
  stream: Pick<StreamDefinition, 'name'>,
  sequence: number,
): Promise<void> {
  await linkOf(connection).whileUp(async () => {
    const manager = await jetstreamManager(connection, { checkAPI: false });
    try {
      // Without overwriting the bytes on disk: that would cost a pass over its block.
      await manager.streams.deleteMessage(stream.name, sequence, false);
    } catch (error) {
      if (!isApiError(error, NO_SUCH_MESSAGE)) throw error;
    }
  });
}

import type { NatsConnection } from '@nats-io/transport-node';
import { linkOf } from './link.ts';

/** Sends what is queued, where there is a broker to take it, and closes. */
export async function closeNats(connection: NatsConnection): Promise<void> {
  try {
    await linkOf(connection).whileUp(() => connection.drain());
  } catch {
    // Draining waits for a broker's answer; without a broker there is nothing to wait for.
    await connection.close();
  }
}

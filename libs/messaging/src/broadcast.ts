import type { Contract } from '@hub/contracts';
import { connect } from '@nats-io/transport-node';
import { serversOf } from './connect-nats.ts';

/**
 * Sends one broadcast over a connection of its own, for a tool that ends right after.
 * @throws when the broker does not take it within `timeoutMs`.
 */
export async function broadcast<T>(
  servers: string,
  contract: Contract<T>,
  payload: T,
  { name, timeoutMs }: { readonly name: string; readonly timeoutMs: number },
): Promise<void> {
  const connection = await connect({
    servers: serversOf(servers),
    name,
    timeout: timeoutMs,
    reconnect: false,
    waitOnFirstConnect: false,
  });
  try {
    connection.publish(contract.subject, contract.encode(payload));
    await connection.flush();
  } finally {
    await connection.close();
  }
}

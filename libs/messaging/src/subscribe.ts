import type { Contract } from '@hub/contracts';
import type { Logger } from '@hub/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';

/**
 * Hears broadcasts of a contract, in order; those sent while disconnected are missed. What cannot be read is logged
 * and passed over.
 * @param handler Must not throw.
 */
export function subscribe<T>(
  connection: NatsConnection,
  contract: Contract<T>,
  handler: (payload: T) => void,
  logger?: Logger,
): { stop(): void } {
  const subscription = connection.subscribe(contract.subject, {
    callback: (error, message) => {
      if (error) {
        logger?.error({ err: error, subject: contract.subject }, 'the broker ended a subscription');
        return;
      }
      try {
        handler(contract.decode(message.data));
      } catch (cause) {
        logger?.error({ err: cause, subject: message.subject }, 'passed over a broadcast');
      }
    },
  });
  return { stop: () => subscription.unsubscribe() };
}

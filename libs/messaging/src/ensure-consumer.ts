import type { ReadContract } from '@hub/contracts';
import {
  AckPolicy,
  type Consumer,
  type ConsumerConfig,
  DeliverPolicy,
  jetstream,
  JetStreamApiCodes,
  type JetStreamManager,
  jetstreamManager,
  ReplayPolicy,
} from '@nats-io/jetstream';
import { type NatsConnection, nanos } from '@nats-io/transport-node';
import type { ConsumeSettings } from './consume.ts';
import { isApiError } from './api-error.ts';
import { ensureStreams } from './ensure-streams.ts';

export const DEFAULT_ACK_WAIT_MS = 30_000;

/** Short, so that a loop waiting for a broker that just restarted asks again soon. */
const API_TIMEOUT_MS = 2_000;

/** Creates or updates the stream and the durable pull consumer that `settings` describe, and opens it. */
export async function ensureConsumer(
  connection: NatsConnection,
  contract: Pick<ReadContract<unknown>, 'subject' | 'stream'>,
  settings: ConsumeSettings,
): Promise<Consumer> {
  await ensureStreams(connection, [contract.stream]);
  const manager = await jetstreamManager(connection, { checkAPI: false, timeout: API_TIMEOUT_MS });
  const wanted = configOf(contract.subject, settings);
  const found = await findConsumer(manager, contract.stream.name, settings.durable);
  if (!found) await manager.consumers.add(contract.stream.name, { ...wanted, ...FIXED });
  else if (differs(found, wanted)) await manager.consumers.update(contract.stream.name, settings.durable, wanted);
  return jetstream(connection, { timeout: API_TIMEOUT_MS }).consumers.get(contract.stream.name, settings.durable);
}

const FIXED = {
  ack_policy: AckPolicy.Explicit,
  deliver_policy: DeliverPolicy.All,
  replay_policy: ReplayPolicy.Instant,
};

function configOf(subject: string, settings: ConsumeSettings) {
  return {
    durable_name: settings.durable,
    filter_subject: subject,
    ack_wait: nanos(settings.ackWaitMs ?? DEFAULT_ACK_WAIT_MS),
    max_ack_pending: settings.maxAckPending ?? 4 * settings.batch,
    // A message is given up by a handler's word only, never because it was tried often.
    max_deliver: -1,
    ...(settings.inactiveThresholdMs && { inactive_threshold: nanos(settings.inactiveThresholdMs) }),
  } satisfies Partial<ConsumerConfig>;
}

async function findConsumer(manager: JetStreamManager, stream: string, durable: string) {
  try {
    return (await manager.consumers.info(stream, durable)).config;
  } catch (error) {
    if (isApiError(error, JetStreamApiCodes.ConsumerNotFound)) return null;
    throw error;
  }
}

function differs(found: ConsumerConfig, wanted: Partial<ConsumerConfig>): boolean {
  return Object.entries(wanted).some(([key, value]) => found[key as keyof ConsumerConfig] !== value);
}

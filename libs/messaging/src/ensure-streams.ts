import type { StreamDefinition } from '@hub/contracts';
import {
  DiscardPolicy,
  JetStreamApiCodes,
  type JetStreamManager,
  jetstreamManager,
  PersistMode,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { type NatsConnection, nanos } from '@nats-io/transport-node';
import { isDeepStrictEqual } from 'node:util';
import { isApiError } from './api-error.ts';
import { knowsPersistMode } from './server-version.ts';

const NAME_TAKEN = 10058;

/**
 * Creates the streams that are missing and updates those that differ; deletes nothing. Several services may call
 * it at once.
 * @throws JetStreamApiError when the broker refuses a stream.
 */
export async function ensureStreams(connection: NatsConnection, streams: readonly StreamDefinition[]): Promise<void> {
  const manager = await jetstreamManager(connection, { checkAPI: false });
  for (const stream of streams) await ensureStream(manager, stream, connection.info?.version ?? '0.0.0');
}

async function ensureStream(manager: JetStreamManager, stream: StreamDefinition, version: string): Promise<void> {
  const wanted = settingsOf(stream);
  const found = await findStream(manager, stream.name);
  if (!found) {
    const created = await create(manager, stream, version);
    if (created) return;
    // Another service created it between our look and our attempt: compare with what is there now.
    return ensureStream(manager, stream, version);
  }
  if (!differs(found, wanted)) return;
  await manager.streams.update(stream.name, { ...found, ...wanted });
}

/** @returns false when a stream of that name appeared meanwhile. */
async function create(manager: JetStreamManager, stream: StreamDefinition, version: string): Promise<boolean> {
  // Persistence is settled at creation: the broker cannot change it later, and we never delete a stream to do so.
  const persistence =
    stream.durability === 'async' && knowsPersistMode(version) ? { persist_mode: PersistMode.Async } : {};
  try {
    await manager.streams.add({ name: stream.name, ...settingsOf(stream), ...persistence });
    return true;
  } catch (error) {
    if (isApiError(error, NAME_TAKEN)) return false;
    throw error;
  }
}

async function findStream(manager: JetStreamManager, name: string): Promise<StreamConfig | null> {
  try {
    return (await manager.streams.info(name)).config;
  } catch (error) {
    if (isApiError(error, JetStreamApiCodes.StreamNotFound)) return null;
    throw error;
  }
}

function settingsOf(stream: StreamDefinition) {
  return {
    subjects: [...stream.subjects],
    max_age: nanos(stream.maxAgeMs),
    max_msgs_per_subject: stream.maxMessagesPerSubject ?? -1,
    max_bytes: stream.maxBytes ?? -1,
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: discardOf(stream),
  };
}

/** What cannot be made again is refused when there is no room, not pushed out by something newer. */
function discardOf({ durability, whenFull = durability === 'fsync' ? 'refuse' : 'dropOldest' }: StreamDefinition) {
  return whenFull === 'refuse' ? DiscardPolicy.New : DiscardPolicy.Old;
}

function differs(found: StreamConfig, wanted: Partial<StreamConfig>): boolean {
  return Object.entries(wanted).some(([key, value]) => !isDeepStrictEqual(found[key as keyof StreamConfig], value));
}

import type { StreamDefinition } from '@hub/contracts';
import { type ConsumerInfo, type JetStreamManager, jetstreamManager, type SeqMsgRequest } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { linkOf } from './link.ts';

const DEADLINE_MS = 2_000;

/** How far a durable consumer has come. */
export interface ConsumerState {
  readonly durable: string;
  /** Pattern of what it consumes. */
  readonly subject: string;
  /** Messages that are not settled yet, those in hand included. */
  readonly waiting: number;
  /** Stream sequence up to which all of its messages are settled. */
  readonly settledUpTo: number;
}

/**
 * The durable consumers of a stream, 256 per request.
 * @throws DependencyUnavailable without a broker; TimeoutError; StreamNotFoundError.
 */
export async function consumerStates(
  connection: NatsConnection,
  stream: Pick<StreamDefinition, 'name'>,
): Promise<readonly ConsumerState[]> {
  return linkOf(connection).whileUp(async () => {
    const states: ConsumerState[] = [];
    for await (const info of (await managerOf(connection)).consumers.list(stream.name)) {
      const state = stateOf(info);
      if (state !== null) states.push(state);
    }
    return states;
  });
}

/**
 * When the oldest message was stored that one of the consumers has not settled; null when all is settled.
 *
 * What follows a consumer's settled part is its first unsettled message. A consumer whose settled part reaches further than
 * a message already found cannot have an older one, so that few are asked about.
 * @returns Epoch ms by the broker's clock.
 */
export async function oldestUnsettled(
  connection: NatsConnection,
  stream: Pick<StreamDefinition, 'name'>,
  consumers: readonly ConsumerState[],
): Promise<number | null> {
  return linkOf(connection).whileUp(async () => {
    const manager = await managerOf(connection);
    let oldest: { readonly sequence: number; readonly atMs: number } | null = null;
    for (const state of consumers.filter(({ waiting }) => waiting > 0).toSorted(bySettled)) {
      if (oldest !== null && state.settledUpTo >= oldest.sequence) break;
      // The broker knows `next_by_subj` here too, the client's type does not.
      const query = { seq: state.settledUpTo + 1, next_by_subj: state.subject } as SeqMsgRequest;
      const first = await manager.streams.getMessage(stream.name, query);
      if (first !== null && (oldest === null || first.seq < oldest.sequence)) {
        oldest = { sequence: first.seq, atMs: first.time.getTime() };
      }
    }
    return oldest === null ? null : oldest.atMs;
  });
}

/**
 * How many messages a stream keeps of each subject that matches `pattern`.
 * @throws DependencyUnavailable without a broker; TimeoutError; StreamNotFoundError.
 */
export async function countsBySubject(
  connection: NatsConnection,
  stream: Pick<StreamDefinition, 'name'>,
  pattern: string,
): Promise<ReadonlyMap<string, number>> {
  return linkOf(connection).whileUp(async () => {
    const { state } = await (await managerOf(connection)).streams.info(stream.name, { subjects_filter: pattern });
    return new Map(Object.entries(state.subjects ?? {}));
  });
}

function managerOf(connection: NatsConnection): Promise<JetStreamManager> {
  return jetstreamManager(connection, { checkAPI: false, timeout: DEADLINE_MS });
}

/** @returns null for a consumer that is nobody's for good, such as a reader's of this moment. */
function stateOf({ config, num_pending, num_ack_pending, ack_floor }: ConsumerInfo): ConsumerState | null {
  if (config.durable_name === undefined || config.filter_subject === undefined) return null;
  return {
    durable: config.durable_name,
    subject: config.filter_subject,
    waiting: num_pending + num_ack_pending,
    settledUpTo: ack_floor.stream_seq,
  };
}

function bySettled(a: ConsumerState, b: ConsumerState): number {
  return a.settledUpTo - b.settledUpTo;
}

import type { StreamDefinition } from '@hub/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import { linkOf } from './link.ts';
import { pause } from './pause.ts';
import { type StreamState, streamState } from './stream-state.ts';

const EVERY_MS = 5_000;
const RETRY_MS = 200;

/**
 * Tells which incarnation of a stream the broker holds: another word means that what was stored before is gone, because the
 * stream was made anew or its files were put back to an earlier state. Null from the moment the broker goes away until it
 * has said. A stream made anew while the connection lasts is noticed within 5 s.
 * @returns Ends it.
 */
export function watchStream(
  connection: NatsConnection,
  stream: Pick<StreamDefinition, 'name'>,
  onChange: (incarnation: string | null) => void,
): () => void {
  const stopping = new AbortController();
  void watch(connection, stream, onChange, stopping.signal);
  return () => stopping.abort();
}

async function watch(
  connection: NatsConnection,
  stream: Pick<StreamDefinition, 'name'>,
  onChange: (incarnation: string | null) => void,
  stopping: AbortSignal,
): Promise<void> {
  let before: Found | null = null;
  let said: string | null = null;
  const say = (incarnation: string | null): void => {
    if (incarnation !== said && !stopping.aborted) onChange(incarnation);
    said = incarnation;
  };
  while (!stopping.aborted && !connection.isClosed()) {
    const down = new AbortController();
    const takeBack = linkOf(connection).onceDown(() => {
      down.abort();
      say(null);
    });
    try {
      const state = await streamState(connection, stream);
      before = { state, incarnation: incarnationOf(state, before) };
      if (!down.signal.aborted) say(before.incarnation);
      await pause(EVERY_MS, AbortSignal.any([stopping, down.signal]));
    } catch {
      // Said by the link and by health already; what counts here is that nothing is known.
      say(null);
      await pause(RETRY_MS, stopping);
    } finally {
      takeBack();
    }
  }
}

interface Found {
  readonly state: StreamState;
  readonly incarnation: string;
}

/** All processes give one name to a stream that was only ever added to. */
export function incarnationOf(state: StreamState, before: Found | null): string {
  const created = Date.parse(state.created).toString(36);
  if (before === null || before.state.created !== state.created) return created;
  return state.lastSequence >= before.state.lastSequence ? before.incarnation : `${created}-${state.lastSequence}`;
}

import type { Socket } from 'node:net';
import type { Wire } from './wire.ts';

/** `restarting`: come back, another process will answer. `expired`: sign in first. */
export type Farewell = 'restarting' | 'expired';

/** An open connection to a screen. */
export interface Line {
  /** Written to directly; closing it ends the line. */
  readonly socket: Socket;
  readonly wire: Wire;
  /** Says goodbye in the transport's own way and closes. */
  farewell(why: Farewell): void;
}

const PROBE_AFTER_MS = 30_000;

/** Small writes leave at once, and a peer that vanished is noticed. */
export function prepareSocket(socket: Socket): void {
  socket.setNoDelay(true);
  socket.setKeepAlive(true, PROBE_AFTER_MS);
  // A screen that is gone closes its socket; that is where it is dealt with.
  socket.on('error', () => undefined);
}

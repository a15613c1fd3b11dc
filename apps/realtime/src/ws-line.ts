import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { type Farewell, type Line, prepareSocket } from './line.ts';
import { wsWire } from './wire.ts';

/** 1012 is "service restart"; 4401 is ours, after HTTP's 401. */
const CLOSE: Record<Farewell, { code: number; reason: string }> = {
  restarting: { code: 1012, reason: 'restarting, connect again' },
  expired: { code: 4401, reason: 'session expired, sign in again' },
};

/**
 * `ws` does the handshake, pings and closing; messages go to the socket directly, since without masks and compression
 * they are the same bytes for every screen.
 */
export function openWsLine(webSocket: WebSocket, socket: Socket): Line {
  prepareSocket(socket);
  // Screens have nothing to say here; what they send is read and dropped, so that pongs and closes get through.
  webSocket.on('message', () => undefined);
  // A protocol error closes the connection by itself; without a listener it would end the process.
  webSocket.on('error', () => undefined);
  return {
    socket,
    wire: wsWire,
    farewell: (why) => webSocket.close(CLOSE[why].code, CLOSE[why].reason),
  };
}

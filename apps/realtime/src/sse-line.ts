import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Line, prepareSocket } from './line.ts';
import { sseWire } from './wire.ts';

/** How long an EventSource waits before it connects again. */
const RETRY_MS = 1_000;
/** After a restart screens come back spread over this time. */
const RESTART_SPREAD_MS = 4_000;

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-content-type-options': 'nosniff',
  // Proxies of the nginx family hold back a stream otherwise.
  'x-accel-buffering': 'no',
  connection: 'close',
};

/**
 * Turns a response into a stream of events and takes over its socket: without chunked encoding the bytes of an event
 * are the same for every screen, and are written once to each.
 */
export function openSseLine(response: ServerResponse, socket: Socket, headers: Record<string, string>): Line {
  prepareSocket(socket);
  response.removeHeader('transfer-encoding');
  response.writeHead(200, { ...HEADERS, ...headers }).flushHeaders();
  socket.write(`retry: ${RETRY_MS}\n\n`);
  return {
    socket,
    wire: sseWire,
    farewell: (why) => {
      const spreadMs = why === 'restarting' ? Math.round(Math.random() * RESTART_SPREAD_MS) : 0;
      socket.end(`retry: ${RETRY_MS + spreadMs}\n\n`);
    },
  };
}

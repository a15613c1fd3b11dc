import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Takes no new connections and waits for those there are to end by themselves: a sender that keeps its connection open
 * is told to close it with its next answer, and an idle one has until its keep-alive timeout, as it was promised.
 * @param deadlineMs Longest wait. What is still open after it is left to the caller.
 */
export async function drainConnections(server: Server, deadlineMs: number): Promise<void> {
  server.prependListener('request', (_request, response) => void response.setHeader('connection', 'close'));
  const ended = Promise.withResolvers<void>();
  // Not the HTTP server's own close: that cuts idle connections, on which a request may be under way.
  NetServer.prototype.close.call(server, () => ended.resolve());
  await Promise.race([ended.promise, pause(deadlineMs, undefined, { ref: false })]);
}

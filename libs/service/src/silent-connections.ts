import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Ends connections on which nothing was ever sent when the server closes. A client may open one ahead of its need; Node
 * takes it for one in the middle of a request, and closing would wait for it until the time limit of headers.
 */
export function endSilentConnections(http: FastifyInstance): void {
  const open = new Set<Socket>();
  http.server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  http.addHook('preClose', (done) => {
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    // Accepted from the queue of the port before that closes.
    http.server.on('connection', (socket: Socket) => socket.destroy());
    done();
  });
}

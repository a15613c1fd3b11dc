import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { type Refusal, refusalAnswer } from './admission.ts';
import type { LiveQueue } from './live-queue.ts';
import { openWsLine } from './ws-line.ts';

/** Largest message a screen may send, in bytes: none is expected. */
const MAX_INCOMING_BYTES = 1_024;

const NOT_FOUND: Refusal = { admitted: false, status: 404, code: 'notFound', message: 'no such route' };

/** Answers `GET /ws?tenant=&after=` on the server that also serves everything else. */
export function acceptWebSockets(server: Server, queue: LiveQueue): void {
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_INCOMING_BYTES,
  });
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    // Without TLS, which ends before us, the stream of an upgrade is the connection itself.
    const socket = stream as Socket;
    socket.on('error', () => socket.destroy());
    const isOurs = request.url?.split('?', 1)[0] === '/ws';
    const admission = isOurs ? queue.admit(request) : NOT_FOUND;
    if (!admission.admitted) {
      refuseUpgrade(socket, admission);
      return;
    }
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      queue.open(openWsLine(webSocket, socket), admission);
    });
  });
}

function refuseUpgrade(socket: Socket, refusal: Refusal): void {
  const { headers, body } = refusalAnswer(refusal);
  const lines = Object.entries({ ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' });
  socket.end(
    [
      `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`,
      ...lines.map(([name, value]) => `${name}: ${value}`),
      '',
      body,
    ].join('\r\n'),
  );
}

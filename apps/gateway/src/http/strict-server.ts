import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Refusal } from '../answers.ts';
import { shapeProblem } from './request-shape.ts';
import { closingAnswer, refusalOf, writtenAnswer } from './unread-request.ts';

/** Told with a `Refusal` about each request that is refused before anybody else sees it. */
export const REFUSED = 'refused';

export interface ServerLimits {
  /** Until all headers are there. */
  readonly headersTimeoutMs: number;
  /** Until the whole request is there. */
  readonly requestTimeoutMs: number;
  /** How often both are looked at. */
  readonly checkEveryMs: number;
  /** How long an idle connection is kept. */
  readonly keepAliveMs: number;
  readonly maxHeaderBytes: number;
}

/** Takes a request, or leaves it to another: then it returns false. */
export type Receiver = (request: IncomingMessage, response: ServerResponse) => boolean;

const receivers = new WeakMap<Server, Receiver>();

/** Has `receiver` asked first about each request of a strict server; what it leaves goes to the server's handler. */
export function receiveFirst(server: Server, receiver: Receiver): void {
  receivers.set(server, receiver);
}

/** The last request on a connection, or that nothing more is taken from it. */
type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse } | 'refused';

/** A client gets this long to read why its connection ends. */
const LINGER_MS = 1_000;

/**
 * An HTTP server that hands on only requests about whose bounds no two parsers can differ. What it refuses it answers
 * itself, and takes nothing more from that connection: the rest of it may be a request that somebody smuggles past a
 * proxy. An answer that is still due to an earlier request on it is sent first.
 */
export function strictServer(handler: RequestListener, limits: ServerLimits): Server {
  const server = createServer({
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    connectionsCheckingInterval: limits.checkEveryMs,
    keepAliveTimeout: limits.keepAliveMs,
    maxHeaderSize: limits.maxHeaderBytes,
    // Looked at with the others of its kind.
    requireHostHeader: false,
  });
  const exchanges = new WeakMap<Duplex, Exchange>();

  const refuse = (request: IncomingMessage, response: ServerResponse, outcome: Refusal): void => {
    exchanges.set(request.socket, 'refused');
    server.emit(REFUSED, outcome);
    const { status, headers, text } = closingAnswer(outcome);
    response.writeHead(status, headers).end(text);
  };

  server.on('request', (request, response) => {
    const { socket } = request;
    if (exchanges.get(socket) === 'refused') return;
    const problem = shapeProblem(request);
    if (problem !== null) {
      refuse(request, response, problem === 'tooManyHeaders' ? 'headersTooLarge' : 'badRequest');
      return;
    }
    const exchange = { request, response };
    exchanges.set(socket, exchange);
    // Held until the next request on its connection, all of it would outlive the young generation.
    response.on('close', () => {
      if (request.complete && exchanges.get(socket) === exchange) exchanges.delete(socket);
    });
    if (receivers.get(server)?.(request, response) !== true) handler(request, response);
  });

  // Node would answer it by itself, uncounted, and go on with what follows.
  server.on('checkExpectation', (request, response) => {
    if (exchanges.get(request.socket) !== 'refused') refuse(request, response, 'badRequest');
  });

  const refuseRest = (socket: Duplex, outcome: Refusal): void => {
    const exchange = exchanges.get(socket);
    // Once is enough: Node says it again for all that still comes.
    if (exchange === 'refused') return;
    exchanges.set(socket, 'refused');
    if (exchange !== undefined && !exchange.request.complete) {
      failBody(exchange, outcome);
      return;
    }
    server.emit(REFUSED, outcome);
    if (exchange === undefined || exchange.response.writableFinished) endWith(socket, outcome);
    else exchange.response.once('finish', () => endWith(socket, outcome));
  };

  server.on('connect', (_request, socket) => refuseRest(socket, 'badRequest'));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const outcome = refusalOf(error.code);
    if (outcome === null || !socket.writable) socket.destroy();
    else refuseRest(socket, outcome);
  });
  return server;
}

/**
 * Whoever reads the body is told, and answers in its own way. Where nobody does, or the answer was given before the body
 * had come, the connection just ends: a second answer would be taken for one to another request.
 */
function failBody({ request, response }: Exclude<Exchange, 'refused'>, outcome: Refusal): void {
  if (response.headersSent || request.listenerCount('error') === 0) {
    request.socket.destroy();
    return;
  }
  response.setHeader('connection', 'close');
  const { status: statusCode } = closingAnswer(outcome);
  request.emit('error', Object.assign(new Error('the body could not be read'), { statusCode }));
}

function endWith(socket: Duplex, outcome: Refusal): void {
  if (!socket.writable) return;
  socket.end(writtenAnswer(outcome));
  // Not at once: what it still sends would make the kernel reset the connection before the answer is read.
  const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once('close', () => clearTimeout(timer));
}

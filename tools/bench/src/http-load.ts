import { connect, type Socket } from 'node:net';

/** One answered request; times in ms on this process's clock. */
export interface Answer {
  readonly status: number;
  readonly atMs: number;
}

const ANSWER_TIMEOUT_MS = 15_000;

interface Connection {
  readonly socket: Socket;
  buffered: string;
  waiting: ((answer: Answer | Error) => void) | null;
}

/**
 * A keep-alive HTTP/1.1 client that costs little, so that the load generator is not what is measured.
 * One request at a time per connection; a request waits when all connections are busy.
 */
export class HttpLoad {
  readonly #host: string;
  readonly #port: number;
  readonly #idle: Connection[] = [];
  readonly #queue: { request: Buffer; settle: (answer: Answer | Error) => void }[] = [];
  readonly #maxConnections: number;
  #open = 0;

  constructor(url: URL, maxConnections: number) {
    this.#host = url.hostname;
    this.#port = Number(url.port);
    this.#maxConnections = maxConnections;
  }

  /** Sends a whole request as built by `requestOf`. Rejects when the connection broke before the answer. */
  send(request: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const settle = (answer: Answer | Error): void => (answer instanceof Error ? reject(answer) : resolve(answer));
      this.#queue.push({ request, settle });
      this.#pump();
    });
  }

  close(): void {
    for (const connection of this.#idle) connection.socket.destroy();
  }

  #pump(): void {
    while (this.#queue.length > 0) {
      const connection = this.#idle.pop();
      if (connection === undefined) {
        if (this.#open < this.#maxConnections) this.#connect();
        return;
      }
      const next = this.#queue.shift();
      if (next === undefined) return;
      connection.waiting = next.settle;
      connection.socket.write(next.request);
    }
  }

  #connect(): void {
    this.#open += 1;
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true });
    const connection: Connection = { socket, buffered: '', waiting: null };
    socket.setEncoding('latin1');
    socket.on('connect', () => {
      this.#idle.push(connection);
      this.#pump();
    });
    socket.on('data', (chunk: string) => this.#read(connection, chunk));
    socket.on('error', () => undefined); // 'close' follows and settles the request
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => {
      if (connection.waiting !== null) socket.destroy();
    });
    socket.on('close', () => {
      this.#open -= 1;
      const at = this.#idle.indexOf(connection);
      if (at >= 0) this.#idle.splice(at, 1);
      connection.waiting?.(new Error('connection closed before the answer'));
      if (this.#queue.length > 0) this.#pump();
    });
  }

  #read(connection: Connection, chunk: string): void {
    connection.buffered += chunk;
    const headEnd = connection.buffered.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const length = /\r\ncontent-length: (\d+)/i.exec(connection.buffered.slice(0, headEnd + 2))?.[1];
    if (length === undefined || connection.buffered.length < headEnd + 4 + Number(length)) return;
    const status = Number(connection.buffered.slice(9, 12));
    const settle = connection.waiting;
    connection.buffered = '';
    connection.waiting = null;
    settle?.({ status, atMs: performance.now() });
    this.#idle.push(connection);
    this.#pump();
  }
}

/** The bytes of one signed POST. */
export function requestOf(url: URL, body: Buffer, signature: string): Buffer {
  const head =
    `POST ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\ncontent-type: application/json\r\n` +
    `x-ghl-signature: ${signature}\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}

import { connect, type Socket } from 'node:net';

/** One answered request; times in ms on this thread's clock. */
export interface Answer {
  readonly status: number;
  readonly atMs: number;
}

/** Gets what a request came to. */
export type Settle = (outcome: Answer | Error) => void;

const ANSWER_TIMEOUT_MS = 15_000;

// Read into by every connection: each read is over before the next begins.
const received = Buffer.allocUnsafe(65_536);

interface Connection {
  readonly socket: Socket;
  /** What came of an answer that is not whole yet. */
  text: string;
  waiting: Settle | null;
}

/**
 * A keep-alive HTTP/1.1 client that costs little, so that the load generator is not what is measured.
 * One request at a time per connection; a request waits when all connections are busy.
 */
export class HttpLoad {
  readonly #host: string;
  readonly #port: number;
  readonly #idle: Connection[] = [];
  readonly #all = new Set<Socket>();
  readonly #queue = new Fifo<{ readonly request: Uint8Array; readonly settle: Settle }>();
  readonly #maxConnections: number;
  #closed = false;

  constructor(url: URL, maxConnections: number) {
    this.#host = url.hostname;
    this.#port = Number(url.port);
    this.#maxConnections = maxConnections;
  }

  /** Requests that wait for a connection. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Opens all connections, so that none is set up while something is measured. Rejects when one cannot be. */
  async open(): Promise<void> {
    const missing = this.#maxConnections - this.#all.size;
    await Promise.all(
      Array.from(
        { length: missing },
        () => new Promise<void>((resolve, reject) => this.#connect().once('connect', resolve).once('error', reject)),
      ),
    );
  }

  /** Sends a whole request as built by `requestOf`. Rejects when the connection broke before the answer. */
  send(request: Uint8Array): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.call(request, (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)));
    });
  }

  /** `send` without the cost of a promise. */
  call(request: Uint8Array, settle: Settle): void {
    this.#queue.push({ request, settle });
    this.#pump();
  }

  close(): void {
    this.#closed = true;
    for (const socket of this.#all) socket.destroy();
  }

  #pump(): void {
    while (this.#queue.length > 0) {
      const connection = this.#idle.pop();
      if (connection === undefined) {
        if (this.#all.size < this.#maxConnections) this.#connect();
        return;
      }
      const next = this.#queue.shift();
      if (next === undefined) return;
      connection.waiting = next.settle;
      connection.socket.write(next.request);
    }
  }

  #connect(): Socket {
    const onread = {
      buffer: received,
      callback: (bytes: number) => {
        this.#read(connection, received.toString('latin1', 0, bytes));
        return true;
      },
    };
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true, onread });
    const connection: Connection = { socket, text: '', waiting: null };
    let opened = false;
    let trouble: Error | null = null;
    this.#all.add(socket);
    socket.on('connect', () => {
      opened = true;
      this.#idle.push(connection);
      this.#pump();
    });
    socket.on('error', (error) => {
      trouble = error; // 'close' follows and settles the request
    });
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => {
      if (connection.waiting !== null) socket.destroy();
    });
    socket.on('close', () => {
      this.#all.delete(socket);
      const at = this.#idle.indexOf(connection);
      if (at >= 0) this.#idle.splice(at, 1);
      connection.waiting?.(new Error('connection closed before the answer'));
      // Nobody listens there: a request that waits is told, or it would wait as long as that lasts.
      if (!opened) this.#queue.shift()?.settle(trouble ?? new Error('no connection'));
      if (!this.#closed) this.#pump();
    });
    return socket;
  }

  #read(connection: Connection, chunk: string): void {
    const text = connection.text === '' ? chunk : connection.text + chunk;
    connection.text = text;
    const headEnd = text.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1];
    if (length === undefined || text.length < headEnd + 4 + Number(length)) return;
    const settle = connection.waiting;
    connection.text = '';
    connection.waiting = null;
    if (settle === null) {
      // Nobody asked: the receiver says that it ends a connection which was never used.
      connection.socket.destroy();
      return;
    }
    settle({ status: Number(text.slice(9, 12)), atMs: performance.now() });
    if (connection.socket.destroyed) return;
    this.#idle.push(connection);
    this.#pump();
  }
}

/** A queue that takes the same time however long it is. */
class Fifo<T> {
  #items: (T | undefined)[] = [];
  #first = 0;

  get length(): number {
    return this.#items.length - this.#first;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#first];
    this.#items[this.#first] = undefined;
    this.#first = Math.min(this.#first + 1, this.#items.length);
    if (this.#first === this.#items.length) {
      this.#items = [];
      this.#first = 0;
    }
    return item;
  }
}

/** The bytes of one signed POST. */
export function requestOf(url: URL, body: Buffer, signature: string): Buffer {
  const head =
    `POST ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\ncontent-type: application/json\r\n` +
    `x-ghl-signature: ${signature}\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}

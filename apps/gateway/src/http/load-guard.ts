import type { Server } from 'node:http';

export interface LoadLimits {
  /** Above it a request is told to come again, and its connection is closed. */
  readonly maxConnections: number;
  /** Of the bodies of all requests that are not answered yet. */
  readonly maxHeldBytes: number;
}

/** Above the limit connections still get an answer that says when to come again; far above it they are cut. */
const HARD_LIMIT = 1.25;

/** Whether one more request can be read without running out of sockets or memory. */
export class LoadGuard {
  readonly #limits: LoadLimits;
  #connections = 0;
  #heldBytes = 0;

  constructor(limits: LoadLimits) {
    this.#limits = limits;
  }

  get connections(): number {
    return this.#connections;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  get hasTooManyConnections(): boolean {
    return this.#connections > this.#limits.maxConnections;
  }

  get isFull(): boolean {
    return this.#heldBytes >= this.#limits.maxHeldBytes;
  }

  /** Counts the connections of a server from now on. */
  watch(server: Server): void {
    server.maxConnections = Math.ceil(this.#limits.maxConnections * HARD_LIMIT);
    server.on('connection', (socket) => {
      this.#connections += 1;
      socket.once('close', () => (this.#connections -= 1));
    });
  }

  hold(bytes: number): void {
    this.#heldBytes += bytes;
  }

  release(bytes: number): void {
    this.#heldBytes -= bytes;
  }
}

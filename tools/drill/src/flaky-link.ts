import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * What the link does with traffic. `blackHole`: nothing passes and nobody is told, as when a cable is pulled. `reset`:
 * connections are torn and new ones refused, as by a firewall. `oneWay`: what is sent arrives, and no answer comes back.
 */
export type LinkState = 'up' | 'blackHole' | 'reset' | 'oneWay';

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
}

/**
 * A TCP relay that can be cut. When it heals, what was held back arrives late, as TCP would send it again; nothing is
 * reordered, changed or invented.
 */
export class FlakyLink {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #target: { readonly host: string; readonly port: number } | null = null;
  #state: LinkState = 'up';

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (near) => this.#relay(near));
  }

  /** Listens on a free port of this machine; `lead` says where to. */
  static async open(): Promise<FlakyLink> {
    const server = createServer({ noDelay: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FlakyLink(server);
  }

  /** Where connections lead from now on. @returns the URL by which the near side reaches it. */
  lead(targetUrl: string): string {
    const target = new URL(targetUrl);
    this.#target = { host: target.hostname, port: Number(target.port) };
    const { port } = this.#server.address() as AddressInfo;
    return `${target.protocol}//127.0.0.1:${port}`;
  }

  set(state: LinkState): void {
    this.#state = state;
    for (const pair of this.#pairs) this.#apply(pair);
  }

  close(): void {
    this.#server.close();
    for (const { near, far } of this.#pairs) {
      near.destroy();
      far.destroy();
    }
  }

  #relay(near: Socket): void {
    if (this.#target === null || this.#state === 'reset') {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ ...this.#target, noDelay: true });
    const pair = { near, far };
    this.#pairs.add(pair);
    near.on('data', (bytes) => void far.write(bytes));
    far.on('data', (bytes) => void near.write(bytes));
    const end = (): void => {
      this.#pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) socket.on('close', end).on('error', end);
    this.#apply(pair);
  }

  #apply({ near, far }: Pair): void {
    if (this.#state === 'reset') {
      near.resetAndDestroy();
      far.resetAndDestroy();
      return;
    }
    if (this.#state === 'blackHole') near.pause();
    else near.resume();
    if (this.#state === 'up') far.resume();
    else far.pause();
  }
}

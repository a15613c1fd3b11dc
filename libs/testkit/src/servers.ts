import { type Server, type ServerOptions, startNats, startNginx, startRedis } from '@hub/local-servers';
import { newTestFolder, ownServersEnv, removeTestFolder } from './test-folder.ts';

/** A server of a spec's own, on a free port. */
export interface TestServer {
  readonly url: string;
  readonly port: number;
  /** null while it is not running. */
  readonly pid: number | null;
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): void;
  /** Same port, same data. */
  restart(): Promise<void>;
  /** Ends it gracefully and keeps its data for `restart`. */
  pause(): Promise<void>;
}

/** NATS with JetStream, configured as in production. */
export function testNats(): Promise<TestServer> {
  return inTestFolder(startNats);
}

export function testRedis(): Promise<TestServer> {
  return inTestFolder(startRedis);
}

/**
 * nginx, which no test may take for granted: `findNginx` says where it is, or why there is none.
 * @param http What is inside of `http { }`, for the port it shall listen on.
 */
export async function testNginx(
  path: string,
  http: (port: number) => string,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const stateDir = await newTestFolder();
  const remove = () => removeTestFolder(stateDir);
  const { port, stop } = await startNginx({ path, stateDir, http }).catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  return { port, stop: () => stop().then(remove) };
}

export async function inTestFolder(start: (options: ServerOptions) => Promise<Server>): Promise<TestServer> {
  const stateDir = await newTestFolder();
  const server = await start({ stateDir, env: ownServersEnv() }).catch(async (error: unknown) => {
    await removeTestFolder(stateDir);
    throw error;
  });
  return {
    url: server.url,
    port: server.port,
    get pid() {
      return server.pid;
    },
    kill: () => {
      server.kill();
    },
    restart: () => server.restart(),
    pause: () => server.stop(),
    stop: async () => {
      await server.stop();
      await removeTestFolder(stateDir);
    },
  };
}

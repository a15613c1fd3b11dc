import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { claimFileOf } from './claim.ts';
import { fromDebian } from './debian.ts';
import { thisHost } from './host.ts';
import { ManagedProcess } from './managed-process.ts';
import { freePort } from './ports.ts';
import { answers, type Question } from './probe.ts';
import { resolveServer, type ServerKind, ServerNotFound } from './resolve.ts';
import { fromPath, type ProgramCheck } from './sources.ts';

const check: ProgramCheck = { minimum: () => [1, 18], versionArgs: ['-v'] };

const nginxKind: ServerKind = {
  label: 'nginx',
  needed: 'nginx 1.18 or later',
  sources: [fromPath(['nginx'], check), fromDebian('nginx-light', 'nginx', check)],
  help: {
    Debian: 'sudo apt-get install -y nginx-light',
    macOS: 'brew install nginx',
    Docker: 'docker run --network host -v "$PWD/nginx.conf:/etc/nginx/nginx.conf:ro" nginx',
  },
};

/** Any answer will do, also one that there is no such page. */
const httpGet: Question = {
  send: 'GET / HTTP/1.0\r\n\r\n',
  read: (received) => (received.toString('latin1').startsWith('HTTP/1.') ? 'ready' : 'more'),
};

/** @returns the path of the program, or why there is none. */
export async function findNginx(): Promise<{ readonly path: string } | { readonly missing: string }> {
  try {
    const found = await resolveServer(nginxKind, thisHost());
    return found.kind === 'program' ? { path: found.path } : { missing: 'it is found as a program only' };
  } catch (error) {
    if (error instanceof ServerNotFound) return { missing: error.message };
    throw error;
  }
}

export interface NginxOptions {
  readonly path: string;
  readonly stateDir: string;
  /** What is inside of `http { }`, for the port it shall listen on. */
  readonly http: (port: number) => string;
}

/**
 * nginx on a free port of 127.0.0.1, as one process that writes nowhere but into `stateDir`.
 * @throws StartFailed
 */
export async function startNginx({ path, stateDir, http }: NginxOptions) {
  const dir = join(stateDir, 'nginx');
  const port = await freePort();
  await mkdir(dir, { recursive: true });
  const configFile = join(dir, 'nginx.conf');
  await writeFile(configFile, nginxConfig(dir, http(port)));
  const server = new ManagedProcess({
    label: nginxKind.label,
    launch: { command: path, args: ['-p', dir, '-e', 'stderr', '-c', configFile] },
    logFile: join(stateDir, 'logs', 'nginx.log'),
    claimFile: claimFileOf(stateDir, 'nginx'),
    isReady: () => answers('127.0.0.1', port, httpGet),
    readyWithinMs: 10_000,
    stopSteps: [
      { signal: 'SIGTERM', waitMs: 3_000 },
      { signal: 'SIGKILL', waitMs: 2_000 },
    ],
  });
  await server.start();
  return { port, stop: () => server.stop() };
}

function nginxConfig(dir: string, http: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return [
    'daemon off;',
    'master_process off;',
    `pid ${join(dir, 'nginx.pid')};`,
    'events { worker_connections 256; }',
    'http {',
    'access_log off;',
    ...temporary.map((what) => `${what}_temp_path ${join(dir, what)};`),
    http,
    '}',
    '',
  ].join('\n');
}

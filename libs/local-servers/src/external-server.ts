import { setTimeout as pause } from 'node:timers/promises';
import { answers, type Question } from './probe.ts';
import type { Server, ServerName } from './server.ts';

const WAIT_MS = 10_000;

export class ServerUnreachable extends Error {
  override readonly name = 'ServerUnreachable';
}

/**
 * A server that the environment names: it is used, never stopped.
 * @throws ServerUnreachable naming variable, host and port (never the credentials) when it does not answer.
 */
export async function externalServer(
  name: ServerName,
  variable: string,
  url: string,
  defaultPort: number,
  question: Question,
  reachableWithinMs = WAIT_MS,
): Promise<Server> {
  const { host, port } = addressOf(variable, url, defaultPort);
  const deadlineMs = Date.now() + reachableWithinMs;
  while (!(await answers(host, port, question))) {
    if (Date.now() > deadlineMs) {
      throw new ServerUnreachable(`${variable} is set, but no ${name} answers at ${host}:${port}`);
    }
    await pause(200);
  }
  const refuse = (what: string) =>
    new Error(`${name} was started by someone else (${variable}): it cannot be ${what} here`);
  return {
    name,
    url,
    host,
    port,
    pid: null,
    origin: variable,
    stop: () => Promise.resolve(),
    kill: () => {
      throw refuse('killed');
    },
    start: () => Promise.reject(refuse('started')),
    restart: () => Promise.reject(refuse('restarted')),
    onExit: () => undefined,
    lastLogLine: () => Promise.resolve(''),
    isReady: () => answers(host, port, question),
  };
}

function addressOf(variable: string, url: string, defaultPort: number): { host: string; port: number } {
  // NATS takes several servers; any one that answers proves the setting.
  const first = url.split(',')[0] ?? '';
  try {
    const parsed = new URL(first.includes('://') ? first : `any://${first}`);
    return { host: parsed.hostname || '127.0.0.1', port: parsed.port === '' ? defaultPort : Number(parsed.port) };
  } catch {
    // The URL itself may hold a password: it stays out of the message.
    throw new ServerUnreachable(`${variable} is not a URL`);
  }
}

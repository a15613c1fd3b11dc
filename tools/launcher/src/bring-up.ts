import { availableParallelism } from 'node:os';
import { type Server, startServers } from '@hub/local-servers';
import { serviceUrl } from './database-cli.ts';
import { brokerageArguments } from './demo.ts';
import type { Fleet } from './fleet.ts';
import { appEntry, BROKERAGE, CACHE_DIR } from './paths.ts';
import { type Ports, requirePorts } from './ports.ts';
import type { Secrets } from './secrets.ts';
import { serviceProcess } from './service-process.ts';
import { serversFor, type ServiceName, SERVICES, type Surroundings } from './services.ts';
import type { ServiceEnv } from './stack-api.ts';
import { type Runnable, Supervised } from './supervised.ts';

/** What every part of a stack is started in. */
export interface Site {
  readonly stateDir: string;
  readonly services: readonly ServiceName[];
  readonly ports: Ports;
  readonly fleet: Fleet;
  readonly env: NodeJS.ProcessEnv;
  readonly extraEnv: Readonly<Record<string, string>>;
  readonly serviceEnv: ServiceEnv;
  readonly signal: AbortSignal | undefined;
  /** Called after each change of a state. */
  readonly changed: () => void;
}

const SERVER_VARIABLES = { postgres: 'DATABASE_URL', nats: 'NATS_URL', redis: 'REDIS_URL' } as const;

// Together with the servers' own deadlines, everything has stopped within ten seconds.
const SERVICE_STOP_MS = 2_000;
const BROKERAGE_STOP_MS = 500;

/** @throws Error naming every port that is taken, before anything is started. */
export async function bringUpServers(site: Site, progress: (line: string) => void): Promise<readonly Server[]> {
  const { stateDir, services, ports, env, signal } = site;
  const which = serversFor(services);
  const ours = which.filter((name) => (env[SERVER_VARIABLES[name]] ?? '') === '');
  await requirePorts(ports, [...services, ...ours]);
  // Redis holds only what may be lost; without it the hub runs as it does while Redis is down.
  const dispensable = ['redis'] as const;
  const common = { stateDir, which, ports, env, dispensable, cacheDir: CACHE_DIR, onProgress: progress };
  const servers = await startServers({ ...common, ...(signal && { signal }) });
  for (const { message } of servers.absent) progress(`going on without its shared cache. ${message}`);
  for (const server of servers.all) {
    progress(`${server.name}: ${server.origin}`);
    site.fleet.add('server', supervised(site, server.name, server.port, server, true));
  }
  return servers.all;
}

/** Starts all services side by side; each finds what it needs by itself. */
export async function bringUpServices(
  site: Site,
  urls: Readonly<Record<'DATABASE_URL' | 'NATS_URL' | 'REDIS_URL', string>>,
  secrets: Secrets,
): Promise<void> {
  const around: Surroundings = {
    natsUrl: urls.NATS_URL,
    redisUrl: urls.REDIS_URL === '' ? `redis://127.0.0.1:${site.ports.redis}` : urls.REDIS_URL,
    serviceDatabaseUrl: urls.DATABASE_URL === '' ? '' : serviceUrl(urls.DATABASE_URL, secrets.serviceDatabasePassword),
    sessionSecret: secrets.sessionSecret,
    secretsKey: secrets.secretsKey,
    publicKeys: [`local=${secrets.publicKey}`, site.env['GHL_PUBLIC_KEYS'] ?? ''].filter(Boolean).join(','),
    ports: site.ports,
    cores: availableParallelism(),
  };
  const wanted = SERVICES.filter(({ name }) => site.services.includes(name));
  const units = wanted.map((spec) => {
    const port = site.ports[spec.name];
    const { name, nodeFlags } = spec;
    const ours = { ...spec.env(around), PORT: String(port), HOST: '127.0.0.1' };
    const env = { ...ownEnv(site.env), ...ours, ...site.extraEnv, ...site.serviceEnv(name, around.natsUrl) };
    const entry = appEntry(name);
    const runnable = serviceProcess({
      name,
      stateDir: site.stateDir,
      entry,
      nodeFlags,
      env,
      port,
      stopMs: SERVICE_STOP_MS,
    });
    return site.fleet.add(name === 'gateway' ? 'entrance' : 'service', supervised(site, name, port, runnable, false));
  });
  const results = await Promise.allSettled(units.map((unit) => unit.start(site.signal)));
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as Error).message] : []));
  if (reasons.length > 0) throw new Error(reasons.join('\n'));
}

export async function bringUpBrokerage(site: Site, webhookUrl: string, signingKeyFile: string): Promise<void> {
  const runnable = serviceProcess({
    name: 'brokerage',
    stateDir: site.stateDir,
    entry: BROKERAGE,
    nodeFlags: ['--conditions=source', '--max-old-space-size=128'],
    args: brokerageArguments(webhookUrl, signingKeyFile, site.stateDir),
    env: ownEnv(site.env),
    port: null,
    stopMs: BROKERAGE_STOP_MS,
  });
  await site.fleet.add('demo', supervised(site, 'brokerage', null, runnable, false)).start(site.signal);
}

function supervised(site: Site, name: string, port: number | null, runnable: Runnable, running: boolean): Supervised {
  return new Supervised({ name, port, runnable, running, onChange: site.changed });
}

/** The user's environment without what is meant for npm, for this process, or for another login of the servers. */
function ownEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...kept } = withoutServerUrls(env);
  const ours = Object.entries(kept).filter(([name]) => !name.startsWith('npm_'));
  return { ...Object.fromEntries(ours), NODE_ENV: 'production' };
}

/** For tests and benches, which kill servers and fill databases: never those that the environment names. */
export function withoutServerUrls(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { DATABASE_URL: _d, NATS_URL: _n, REDIS_URL: _r, ...rest } = env;
  return rest;
}

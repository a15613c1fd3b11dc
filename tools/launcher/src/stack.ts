import { join, resolve } from 'node:path';
import { rssBytesOfTree, type Server, type ServerName, stopLeftovers } from '@hub/local-servers';
import { bringUpBrokerage, bringUpServers, bringUpServices, type Site } from './bring-up.ts';
import { build } from './build.ts';
import { databaseOwner } from './database-cli.ts';
import { DEMO_TENANT } from './demo.ts';
import { Fleet } from './fleet.ts';
import { rotateLogs } from './log-rotation.ts';
import { choosePorts } from './ports.ts';
import { type Report, silentReport, textReport } from './report.ts';
import type { RunFile, Urls } from './run-file.ts';
import { RunRecord } from './run-record.ts';
import { loadSecrets } from './secrets.ts';
import { localUrl, SERVICE_NAMES } from './services.ts';
import type { Stack, StackOptions, StackStatus } from './stack-api.ts';

export type { ServiceEnv, Stack, StackOptions, StackStatus, UnitName } from './stack-api.ts';
export { SERVICE_NAMES, type ServiceName } from './services.ts';

const CHECK_EVERY_MS = 2_000;
const ROTATE_EVERY_MS = 60_000;

/**
 * Starts servers and services; the one way a hub is started, in `npm start`, benches and tests.
 * When anything fails, what was started is stopped again.
 * @throws AlreadyRunning, PortBusy, ServerNotFound, StartFailed, or Error with what a step printed
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const stateDir = resolve(options.stateDir);
  const services = options.services ?? SERVICE_NAMES;
  const ports = await choosePorts(options.ports ?? 'free');
  const urls: Urls = {
    page: localUrl(ports.analytics),
    webhook: `${localUrl(ports.gateway)}/webhooks/ghl`,
    stream: localUrl(ports.realtime),
  };
  const fleet = new Fleet();
  const record = await RunRecord.open(stateDir, urls, fleet);
  const { demo, env = process.env, extraEnv = {}, serviceEnv = () => ({}), signal, onChange } = options;
  const changed = () => {
    record.update();
    onChange?.();
  };
  const site: Site = { stateDir, services, ports, fleet, env, extraEnv, serviceEnv, signal, changed };
  try {
    await stopLeftovers(stateDir);
    return await bringUp(site, { demo, urls, record, report: reportOf(options) });
  } catch (error) {
    await fleet.stop();
    await record.close();
    throw error;
  }
}

interface Plan {
  readonly demo: boolean;
  readonly urls: Urls;
  readonly record: RunRecord;
  readonly report: Report;
}

async function bringUp(site: Site, { demo, urls, record, report }: Plan): Promise<Stack> {
  const { fleet, signal } = site;
  const secrets = await loadSecrets(site.stateDir);
  const [servers] = await bothOrNeither(
    report.step('servers', (progress) => bringUpServers(site, progress)),
    report.step('build', (progress) => build(progress, signal)),
  );
  const env = { ...urlsOf(servers), SESSION_SECRET: secrets.sessionSecret };
  const owner = databaseOwner(env.DATABASE_URL, signal);
  if (env.DATABASE_URL !== '') {
    record.databaseUrl = env.DATABASE_URL;
    await report.step('database', async () => {
      await owner.migrate(secrets.serviceDatabasePassword);
      await owner.addTenant(DEMO_TENANT.id, DEMO_TENANT.name);
    });
  }
  await report.step('services', () => bringUpServices(site, env, secrets));
  if (demo && site.services.includes('gateway')) {
    await report.step('demo brokerage', () => bringUpBrokerage(site, urls.webhook, secrets.signingKeyFile));
  }
  signal?.throwIfAborted();
  record.started = true;
  record.update();
  const stopWatching = watch(site);

  return {
    urls,
    env,
    keys: { privateKeyFile: secrets.signingKeyFile, publicKey: secrets.publicKey },
    pid: (name) => fleet.get(name).pid,
    pids: () => Object.fromEntries(fleet.all().flatMap(({ name, pid }) => (pid === null ? [] : [[name, pid]]))),
    kill: (name, how = 'SIGKILL') => {
      fleet.get(name).kill(how);
    },
    killServer: (name) => {
      fleet.get(name).killAndHold();
    },
    stopServer: (name) => fleet.get(name).stop(),
    startServer: (name) => fleet.get(name).start(),
    waitReady: (timeoutMs = 60_000) => fleet.waitReady(timeoutMs),
    status: () => withMemory(record.current()),
    addTenant: (id, name) => owner.addTenant(id, name),
    signInLink: () => owner.signInLink(urls.page),
    stop: async () => {
      stopWatching();
      await fleet.stop();
      await record.close();
    },
  };
}

function reportOf({ quiet = false, report }: StackOptions): Report {
  return quiet ? silentReport : (report ?? textReport((text) => process.stdout.write(text)));
}

/** The first failure, but only after the other has ended, so that nothing is still starting. */
async function bothOrNeither<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}

/** Empty for a server that no service of this stack needs. */
function urlsOf(servers: readonly Server[]): Record<'DATABASE_URL' | 'NATS_URL' | 'REDIS_URL', string> {
  const url = (name: ServerName) => servers.find((server) => server.name === name)?.url ?? '';
  return { DATABASE_URL: url('postgres'), NATS_URL: url('nats'), REDIS_URL: url('redis') };
}

/** Keeps states true and logs small while the stack runs. @returns how to end it. */
function watch({ fleet, stateDir }: Site): () => void {
  const checks = setInterval(() => void fleet.check(), CHECK_EVERY_MS);
  const rotations = setInterval(() => void rotateLogs(join(stateDir, 'logs')), ROTATE_EVERY_MS);
  return () => {
    clearInterval(checks);
    clearInterval(rotations);
  };
}

/**
 * A run as other commands see it, with the memory of each service now.
 * @param rssBytes Of a process; its children's are added unless told otherwise.
 */
export async function withMemory({ ready, urls, services }: RunFile, rssBytes = rssBytesOfTree): Promise<StackStatus> {
  const rss = (pid: number | null) => (pid === null ? null : rssBytes(pid));
  return {
    ready,
    urls,
    services: await Promise.all(services.map(async (unit) => ({ ...unit, rssBytes: await rss(unit.pid) }))),
  };
}

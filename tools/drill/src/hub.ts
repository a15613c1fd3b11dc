import { createPrivateKey, type KeyObject } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installOf } from '@hub/brokerage';
import { type ServiceEnv, type ServiceName, type Stack, startStack, type UnitName } from '@hub/launcher/stack';
import { removePostgresData } from '@hub/local-servers';
import { Crm, type CrmOptions } from './crm.ts';
import { unsettledIn } from './inbox-state.ts';
import { Outages } from './outages.ts';
import { waitFor } from './wait-for.ts';

export const TENANTS = ['drillMapleRealty1', 'drillBirchHomes02', 'drillCedarGroup03'] as const;

const DRAIN_MS = 120_000;

export interface HubOptions {
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** All when left out. */
  readonly services?: readonly ServiceName[];
  readonly extraEnv?: Readonly<Record<string, string>>;
  readonly serviceEnv?: ServiceEnv;
  /** Tenants that install the app besides the three that every drill has. */
  readonly moreTenants?: readonly string[];
  /** Makes the folder of state ready before anything starts in it. @returns what undoes it, after everything has stopped. */
  readonly prepare?: (stateDir: string) => () => void;
}

/** A hub of the drill's own, in a folder of its own, with tenants that have installed the app. */
export interface Hub {
  readonly stack: Stack;
  readonly stateDir: string;
  readonly key: KeyObject;
  readonly webhook: URL;
  readonly gatewayDown: Outages;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  crm(seed: number, options?: Pick<CrmOptions, 'copies' | 'tenants'>): Crm;
  portOf(unit: UnitName): Promise<number>;
  /** Until everything answers that it can work and INBOX holds nothing unsettled. @throws Error after two minutes. */
  drained(): Promise<void>;
  /** Stops everything and leaves nothing but, where asked to, the logs. */
  close(keep?: 'logs'): Promise<void>;
}

/** @throws what kept it from starting; nothing is left then. */
export async function openHub(options: HubOptions): Promise<Hub> {
  const { signal, say, prepare = () => () => undefined, moreTenants = [], ...more } = options;
  const stateDir = mkdtempSync(join(tmpdir(), 'hub-drill-'));
  const undo = prepare(stateDir);
  let stack: Stack | null = null;
  const close = async (keep?: 'logs'): Promise<void> => {
    await stack?.stop();
    undo();
    await removePostgresData(join(stateDir, 'postgres'));
    const rest = readdirSync(stateDir).filter((name) => name !== keep);
    for (const name of rest) rmSync(join(stateDir, name), { recursive: true, force: true });
    if (keep === undefined) rmdirSync(stateDir);
  };
  try {
    stack = await startStack({ stateDir, ports: 'free', demo: false, quiet: true, signal, ...more });
    const hub = hubOver(stack, { stateDir, signal, say, close });
    await installTenants(hub, [...TENANTS, ...moreTenants]);
    return hub;
  } catch (error) {
    await close();
    throw error;
  }
}

type Parts = Pick<Hub, 'stateDir' | 'signal' | 'say' | 'close'>;

function hubOver(stack: Stack, parts: Parts): Hub {
  const { signal } = parts;
  const key = createPrivateKey(readFileSync(stack.keys.privateKeyFile));
  const webhook = new URL(stack.urls.webhook);
  const gatewayDown = new Outages();
  return {
    ...parts,
    stack,
    key,
    webhook,
    gatewayDown,
    crm: (seed, more) => new Crm({ url: webhook, key, tenants: TENANTS, seed, gatewayDown, say: parts.say, ...more }),
    portOf: (unit) => portOf(stack, unit),
    drained: async () => {
      await stack.waitReady(DRAIN_MS);
      const empty = async () => (await unsettledIn(stack.env.NATS_URL, 'INBOX')) === 0;
      await waitFor(empty, { what: 'everything in INBOX to be settled', timeoutMs: DRAIN_MS, signal });
    },
  };
}

async function portOf(stack: Stack, unit: UnitName): Promise<number> {
  const { NATS_URL: nats, REDIS_URL: redis, DATABASE_URL: postgres } = stack.env;
  const url = { nats, redis, postgres }[unit as string];
  if (url !== undefined) return Number(new URL(url).port);
  const port = (await stack.status()).services.find(({ name }) => name === unit)?.port;
  if (port === undefined || port === null) throw new Error(`${unit} has no port`);
  return port;
}

async function installTenants(hub: Hub, tenants: readonly string[]): Promise<void> {
  const crm = hub.crm(0);
  const nowMs = Date.now();
  for (const tenantId of tenants) {
    const payload = installOf(tenantId, nowMs);
    const body = Buffer.from(JSON.stringify(payload));
    await crm.deliver(crm.seal({ eventId: `install-${tenantId}-${nowMs}`, tenantId, body }));
  }
  crm.close();
  await hub.drained();
}

import type { ServerName } from '@hub/local-servers';

export type ServiceName = 'gateway' | 'scoring' | 'cache' | 'realtime' | 'analytics';

/** Everything a service's environment is made from. Passwords are inside: never print. */
export interface Surroundings {
  readonly natsUrl: string;
  /** Login of the services, under row-level security. */
  readonly serviceDatabaseUrl: string;
  readonly redisUrl: string;
  readonly sessionSecret: string;
  readonly secretsKey: string;
  /** Key ring of the gateway, beside the platform key. */
  readonly publicKeys: string;
  readonly ports: Readonly<Record<ServiceName, number>>;
  readonly cores: number;
}

export interface ServiceSpec {
  readonly name: ServiceName;
  /** Added to the base port. */
  readonly portOffset: number;
  readonly servers: readonly ServerName[];
  /** Bounds V8's heap, so that five services stay small together. */
  readonly nodeFlags: readonly string[];
  readonly env: (around: Surroundings) => Record<string, string>;
}

export const SERVER_PORT_OFFSETS: Readonly<Record<ServerName, number>> = { postgres: 10, nats: 11, redis: 12 };

const SMALL_HEAP = ['--max-old-space-size=192', '--max-semi-space-size=8'];

export const localUrl = (port: number): string => `http://localhost:${port}`;

/** In the order they are listed to people. */
export const SERVICES: readonly ServiceSpec[] = [
  {
    name: 'gateway',
    portOffset: 1,
    servers: ['nats', 'redis'],
    nodeFlags: SMALL_HEAP,
    // Signatures are checked on Node's thread pool: one thread per core.
    env: ({ natsUrl, redisUrl, publicKeys, secretsKey, cores }) => ({
      NATS_URL: natsUrl,
      REDIS_URL: redisUrl,
      SECRETS_KEY: secretsKey,
      GHL_PUBLIC_KEYS: publicKeys,
      UV_THREADPOOL_SIZE: String(cores),
    }),
  },
  {
    name: 'scoring',
    portOffset: 3,
    servers: ['nats', 'postgres'],
    nodeFlags: SMALL_HEAP,
    env: ({ natsUrl, serviceDatabaseUrl }) => ({ NATS_URL: natsUrl, DATABASE_URL: serviceDatabaseUrl }),
  },
  {
    name: 'cache',
    portOffset: 4,
    servers: ['nats', 'postgres', 'redis'],
    nodeFlags: SMALL_HEAP,
    env: ({ natsUrl, serviceDatabaseUrl, redisUrl }) => ({
      NATS_URL: natsUrl,
      DATABASE_URL: serviceDatabaseUrl,
      REDIS_URL: redisUrl,
    }),
  },
  {
    name: 'realtime',
    portOffset: 2,
    servers: ['nats'],
    nodeFlags: SMALL_HEAP,
    env: ({ natsUrl, sessionSecret, ports }) => ({
      NATS_URL: natsUrl,
      SESSION_SECRET: sessionSecret,
      ALLOWED_ORIGINS: localUrl(ports.analytics),
    }),
  },
  {
    name: 'analytics',
    portOffset: 0,
    servers: ['nats', 'postgres'],
    nodeFlags: SMALL_HEAP,
    env: ({ natsUrl, serviceDatabaseUrl, sessionSecret, secretsKey, ports }) => ({
      NATS_URL: natsUrl,
      DATABASE_URL: serviceDatabaseUrl,
      SESSION_SECRET: sessionSecret,
      SECRETS_KEY: secretsKey,
      REALTIME_URL: localUrl(ports.realtime),
      WEBHOOK_URL: `${localUrl(ports.gateway)}/webhooks/ghl`,
      SERVICES: Object.entries(ports)
        .map(([name, port]) => `${name}=http://127.0.0.1:${port}`)
        .join(','),
    }),
  },
];

export const SERVICE_NAMES: readonly ServiceName[] = SERVICES.map(({ name }) => name);

/** The servers that these services talk to. */
export function serversFor(services: readonly ServiceName[]): ServerName[] {
  const needed = SERVICES.filter(({ name }) => services.includes(name)).flatMap(({ servers }) => servers);
  return [...new Set(needed)];
}

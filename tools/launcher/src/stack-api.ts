import type { ServerName } from '@hub/local-servers';
import type { Report } from './report.ts';
import type { RunFile, UnitStatus, Urls } from './run-file.ts';
import type { ServiceName } from './services.ts';

/** @param natsUrl Where the broker really is. */
export type ServiceEnv = (service: ServiceName, natsUrl: string) => Readonly<Record<string, string>>;

export interface StackOptions {
  /** Folder of data, keys and logs; one stack at a time. */
  readonly stateDir: string;
  /** Base of the fixed ports, or whatever is free (the default). */
  readonly ports?: 'free' | number;
  /** With the simulated brokerage sending webhooks. */
  readonly demo: boolean;
  /** All when left out; only the servers that these need are started. */
  readonly services?: readonly ServiceName[];
  /** Added to every service's environment. */
  readonly extraEnv?: Readonly<Record<string, string>>;
  /** Added to the environment of one service, where it is to see the servers otherwise than they are. */
  readonly serviceEnv?: ServiceEnv;
  /** Tells nothing; else steps are told to `report`, or written to stdout. */
  readonly quiet?: boolean;
  readonly report?: Report;
  /** Environment to find servers in and to pass on; this process's when left out. */
  readonly env?: NodeJS.ProcessEnv;
  /** Gives up starting. */
  readonly signal?: AbortSignal;
  /** Called after each change of a state. */
  readonly onChange?: () => void;
}

export type UnitName = ServiceName | ServerName | 'brokerage';

export interface StackStatus extends Pick<RunFile, 'ready' | 'urls'> {
  readonly services: readonly (UnitStatus & { rssBytes: number | null })[];
}

/** A running hub: servers, services and, in a demo, the simulated brokerage. */
export interface Stack {
  readonly urls: Urls;
  /** For tests and benches; the database URL is the owner's. */
  readonly env: Readonly<Record<'DATABASE_URL' | 'NATS_URL' | 'REDIS_URL' | 'SESSION_SECRET', string>>;
  readonly keys: { readonly privateKeyFile: string; readonly publicKey: string };
  pid(name: UnitName): number | null;
  /** Of everything that runs. */
  pids(): Readonly<Record<string, number>>;
  /** SIGKILL unless told otherwise; it is started again, as after any unexpected end. */
  kill(name: UnitName, signal?: NodeJS.Signals): void;
  /** Stops a server, and keeps it down until `startServer`. */
  stopServer(name: ServerName): Promise<void>;
  /** The same by SIGKILL. */
  killServer(name: ServerName): void;
  startServer(name: ServerName): Promise<void>;
  /** Until everything answers that it can work. @throws Error naming what does not, after `timeoutMs` (60,000). */
  waitReady(timeoutMs?: number): Promise<void>;
  status(): Promise<StackStatus>;
  addTenant(id: string, name: string): Promise<void>;
  /** A fresh one-time link. */
  signInLink(): Promise<string>;
  /** In the reverse order of starting; leaves no process. */
  stop(): Promise<void>;
}

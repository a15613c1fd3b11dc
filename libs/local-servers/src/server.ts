export type ServerName = 'postgres' | 'nats' | 'redis';

/** A server that answers, and its life. */
export interface Server {
  readonly name: ServerName;
  readonly url: string;
  /** 127.0.0.1 unless the environment named the server. */
  readonly host: string;
  readonly port: number;
  /** null when it is not running, or was started by someone else. */
  readonly pid: number | null;
  /** Where it came from, for people. */
  readonly origin: string;
  /** Ends it as its documentation says; after a time by force. Leaves no process. */
  stop(): Promise<void>;
  /** SIGKILL unless told otherwise, as a test of bad days. */
  kill(signal?: NodeJS.Signals): void;
  /** Starts it after it ended, on the same port with the same data. */
  start(signal?: AbortSignal): Promise<void>;
  /** Stops it if it runs, and starts it on the same port with the same data. */
  restart(): Promise<void>;
  /** Called when it ends though nobody called `stop`. */
  onExit(listener: (how: string) => void): void;
  lastLogLine(): Promise<string>;
  /** Whether it answers in its own protocol now. */
  isReady(): Promise<boolean>;
}

export interface ServerOptions {
  /** Folder of all state; each server has its own folder in it. */
  stateDir: string;
  /** A free one when left out. */
  port?: number;
  env?: NodeJS.ProcessEnv;
  cacheDir?: string;
  onProgress?: (line: string) => void;
  /** How long a server that the environment names may take to answer; 10,000 when left out. */
  reachableWithinMs?: number;
  /** Gives up starting. */
  signal?: AbortSignal;
}

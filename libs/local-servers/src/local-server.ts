import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { claim, release, stopLeftover } from './claim.ts';
import { lastLines } from './log-tail.ts';
import { processesIn, type ProcessIdentity } from './process-identity.ts';
import type { Server, ServerName } from './server.ts';
import { sendSignal, stopProcess, type StopStep } from './stop-process.ts';

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

/** Everything that makes one kind of server differ from another. */
export interface ServerPlan {
  readonly name: ServerName;
  readonly label: string;
  readonly origin: string;
  readonly url: string;
  readonly port: number;
  readonly dir: string;
  readonly logFile: string;
  readonly launch: Launch;
  readonly readyWithinMs: number;
  readonly stopSteps: readonly StopStep[];
  /** Folder that helper processes of the server work in; they are waited for, too. */
  readonly helpersIn?: string;
  isReady(): Promise<boolean>;
  /** Done before each start, such as removing a stale lock. */
  prepare?(): Promise<void>;
  /** Whether an early end, told by its last log lines, may pass by itself. */
  mayPass?(log: string): boolean;
}

export class ServerFailed extends Error {
  override readonly name = 'ServerFailed';
}

const POLL_MS = 25;
const KEEP_LOG_BYTES = 5_000_000;

/** A server that this process starts, watches and stops. */
export class LocalServer implements Server {
  readonly name: ServerName;
  readonly url: string;
  readonly host = '127.0.0.1';
  readonly port: number;
  readonly origin: string;
  readonly #plan: ServerPlan;
  #child: ChildProcess | null = null;
  #identity: ProcessIdentity | null = null;
  #stopping = false;
  #listeners: ((how: string) => void)[] = [];

  constructor(plan: ServerPlan) {
    this.#plan = plan;
    this.name = plan.name;
    this.url = plan.url;
    this.port = plan.port;
    this.origin = plan.origin;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** @throws ServerFailed with the last log lines when it ends or does not answer in time. */
  async start(): Promise<void> {
    const { label, readyWithinMs } = this.#plan;
    const deadlineMs = Date.now() + readyWithinMs;
    await stopLeftover(this.#plan.dir, label);
    for (;;) {
      await this.#plan.prepare?.();
      const child = await this.#launch();
      while (child.exitCode === null && child.signalCode === null && Date.now() < deadlineMs) {
        if (await this.#plan.isReady()) {
          this.#watch(child);
          return;
        }
        await pause(POLL_MS);
      }
      const log = (await lastLines(this.#plan.logFile, 8)).join('\n');
      const ended = child.exitCode !== null || child.signalCode !== null;
      await this.#end();
      if (!ended) throw new ServerFailed(`${label} did not answer within ${readyWithinMs} ms:\n${log}`);
      if (Date.now() >= deadlineMs || this.#plan.mayPass?.(log) !== true) {
        throw new ServerFailed(`${label} ended while starting (${describeEnd(child)}):\n${log}`);
      }
      await pause(POLL_MS * 4);
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#end();
    await release(this.#plan.dir);
  }

  kill(): void {
    if (this.pid !== null) sendSignal(this.pid, 'SIGKILL');
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  onExit(listener: (how: string) => void): void {
    this.#listeners.push(listener);
  }

  async lastLogLine(): Promise<string> {
    return (await lastLines(this.#plan.logFile, 1)).join('');
  }

  async #launch(): Promise<ChildProcess> {
    this.#stopping = false;
    const { command, args, ...account } = this.#plan.launch;
    await mkdir(dirname(this.#plan.logFile), { recursive: true });
    await rotate(this.#plan.logFile);
    const log = await open(this.#plan.logFile, 'a');
    try {
      // Detached: a Ctrl-C at the terminal is for the launcher, which stops things in order. A file as output
      // instead of a pipe: the server outlives a killed launcher without hanging on its log.
      const child = spawn(command, args, { ...account, detached: true, stdio: ['ignore', log.fd, log.fd] });
      await Promise.race([
        once(child, 'spawn'),
        once(child, 'error').then(([error]) => Promise.reject(error as Error)),
      ]);
      this.#child = child;
      process.once('exit', this.#killAtExit);
      child.once('exit', () => {
        process.removeListener('exit', this.#killAtExit);
        if (this.#child === child) this.#child = null;
      });
      if (child.pid !== undefined) this.#identity = await claim(this.#plan.dir, child.pid);
      return child;
    } finally {
      await log.close();
    }
  }

  /** Tells the listeners when a server that was ready ends by itself. */
  #watch(child: ChildProcess): void {
    const tell = () => {
      if (this.#stopping) return;
      for (const listener of this.#listeners) listener(describeEnd(child));
    };
    if (child.exitCode !== null || child.signalCode !== null) tell();
    else child.once('exit', tell);
  }

  async #end(): Promise<void> {
    const child = this.#child;
    if (this.#identity !== null) await stopProcess(this.#identity, this.#plan.stopSteps);
    this.#identity = null;
    // The exit event may come a little after the process is gone.
    if (child !== null && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    await this.#endHelpers();
  }

  /** After a kill, helpers end by themselves within moments; those that do not are killed. */
  async #endHelpers(): Promise<void> {
    if (this.#plan.helpersIn === undefined) return;
    const deadlineMs = Date.now() + 2_000;
    for (let left = await processesIn(this.#plan.helpersIn); left.length > 0;) {
      if (Date.now() > deadlineMs) for (const pid of left) sendSignal(pid, 'SIGKILL');
      await pause(POLL_MS);
      left = await processesIn(this.#plan.helpersIn);
    }
  }

  /** Last resort when this process ends without having stopped its server. */
  readonly #killAtExit = (): void => {
    this.kill();
  };
}

async function rotate(logFile: string): Promise<void> {
  const size = await stat(logFile).then(
    (file) => file.size,
    () => 0,
  );
  if (size < KEEP_LOG_BYTES) return;
  await rm(`${logFile}.1`, { force: true });
  await rename(logFile, `${logFile}.1`);
}

function describeEnd(child: ChildProcess): string {
  return child.signalCode === null ? `exit code ${child.exitCode}` : `killed by ${child.signalCode}`;
}

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { claim, release, stopLeftover } from './claim.ts';
import { killAtExit } from './kill-at-exit.ts';
import { lastLines } from './log-tail.ts';
import { processesIn, type ProcessIdentity } from './process-identity.ts';
import { describeEnd, hasEnded, type Launch, spawnLogged } from './spawn-logged.ts';
import { sendSignal, stopProcess, type StopStep } from './stop-process.ts';

/** Everything that makes one long-running process differ from another. */
export interface ProcessPlan {
  /** For messages. */
  readonly label: string;
  readonly launch: Launch;
  /** Appended to. */
  readonly logFile: string;
  /** Tells a later run which process this one started. */
  readonly claimFile: string;
  readonly readyWithinMs: number;
  readonly stopSteps: readonly StopStep[];
  /** Folder that helper processes work in; they are waited for, too. */
  readonly helpersIn?: string;
  isReady(): Promise<boolean>;
  /** Done before each start, such as removing a stale lock. */
  prepare?(): Promise<void>;
  /** Whether an early end, told by its last log lines, may pass by itself. */
  mayPass?(log: string): boolean;
}

export class StartFailed extends Error {
  override readonly name = 'StartFailed';
}

const POLL_MS = 25;

/** A process that this one starts, watches and stops; it never outlives a clean stop. */
export class ManagedProcess {
  readonly #plan: ProcessPlan;
  #child: ChildProcess | null = null;
  #identity: ProcessIdentity | null = null;
  #stopping = false;
  #listeners: ((how: string) => void)[] = [];

  constructor(plan: ProcessPlan) {
    this.#plan = plan;
  }

  /** null while it does not run. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /**
   * Resolves once it is ready; one that a killed run left behind is stopped first.
   * @throws StartFailed with the last log lines when it ends or is not ready in time, InUse when its owner still runs.
   */
  async start(signal?: AbortSignal): Promise<void> {
    const { label, readyWithinMs, logFile } = this.#plan;
    const deadlineMs = Date.now() + readyWithinMs;
    const mayGoOn = () => Date.now() < deadlineMs && signal?.aborted !== true;
    this.#stopping = false;
    // What was killed a moment ago may not be gone yet.
    await this.#end();
    await stopLeftover(this.#plan.claimFile, label);
    for (;;) {
      await this.#plan.prepare?.();
      const child = await this.#launch();
      while (!hasEnded(child) && mayGoOn()) {
        if (await this.#plan.isReady()) {
          this.#watch(child);
          return;
        }
        await pause(POLL_MS);
      }
      const ended = hasEnded(child);
      const log = (await lastLines(logFile, 8)).join('\n');
      await this.#end();
      if (this.#stopping || signal?.aborted === true) throw new StartFailed(`${label} was stopped while starting`);
      if (!ended) throw new StartFailed(`${label} was not ready within ${readyWithinMs / 1000} s:\n${log}`);
      if (Date.now() >= deadlineMs || this.#plan.mayPass?.(log) !== true) {
        throw new StartFailed(`${label} ended while starting (${describeEnd(child)}):\n${log}`);
      }
      await pause(POLL_MS * 4);
    }
  }

  /** Ends it politely, then by force. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#end();
    await release(this.#plan.claimFile);
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    if (this.pid !== null) sendSignal(this.pid, signal);
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Called when it ends after it was ready, though nobody called `stop`. */
  onExit(listener: (how: string) => void): void {
    this.#listeners.push(listener);
  }

  isReady(): Promise<boolean> {
    return this.#plan.isReady();
  }

  async lastLogLine(): Promise<string> {
    return (await lastLines(this.#plan.logFile, 1)).join('');
  }

  async #launch(): Promise<ChildProcess> {
    const child = await spawnLogged(this.#plan.launch, this.#plan.logFile);
    this.#child = child;
    const forget = killAtExit(child);
    child.once('exit', () => {
      forget();
      if (this.#child === child) this.#child = null;
    });
    if (child.pid !== undefined) this.#identity = await claim(this.#plan.claimFile, child.pid);
    return child;
  }

  #watch(child: ChildProcess): void {
    const tell = () => {
      if (this.#stopping) return;
      for (const listener of this.#listeners) listener(describeEnd(child));
    };
    if (hasEnded(child)) tell();
    else child.once('exit', tell);
  }

  async #end(): Promise<void> {
    const child = this.#child;
    if (this.#identity !== null) await stopProcess(this.#identity, this.#plan.stopSteps);
    this.#identity = null;
    // The exit event may come a little after the process is gone.
    if (child !== null && !hasEnded(child)) await once(child, 'exit');
    await this.#endHelpers();
  }

  /** After a kill, helpers end by themselves within moments; those that do not are killed. */
  async #endHelpers(): Promise<void> {
    if (this.#plan.helpersIn === undefined) return;
    const deadlineMs = Date.now() + 1_500;
    for (let left = await processesIn(this.#plan.helpersIn); left.length > 0;) {
      if (Date.now() > deadlineMs) for (const pid of left) sendSignal(pid, 'SIGKILL');
      await pause(POLL_MS);
      left = await processesIn(this.#plan.helpersIn);
    }
  }
}

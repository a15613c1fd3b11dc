import { nextAttempt, restartDelayMs } from './restart-policy.ts';

/** Something that runs until it is stopped; servers and services alike. */
export interface Runnable {
  readonly pid: number | null;
  /** Resolves once ready. */
  start(signal?: AbortSignal): Promise<void>;
  stop(): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  onExit(listener: (how: string) => void): void;
  lastLogLine(): Promise<string>;
  /** Whether it can do its work now; a process may run and yet miss a server it needs. */
  isReady(): Promise<boolean>;
}

export type State =
  | { at: 'stopped' }
  | { at: 'starting' }
  | { at: 'ready' }
  | { at: 'notReady' }
  | { at: 'restarting'; attempt: number; why: string };

/** One thing under supervision: started again when it ends, until it is stopped. */
export class Supervised {
  readonly name: string;
  readonly port: number | null;
  readonly #runnable: Runnable;
  readonly #onChange: () => void;
  #state: State;
  #wanted: boolean;
  #attempt = 0;
  #readySinceMs: number | null = null;
  #timer: NodeJS.Timeout | undefined;
  #launching: Promise<void> | null = null;

  /** @param running Whether it was started already. */
  constructor(unit: {
    name: string;
    port: number | null;
    runnable: Runnable;
    running: boolean;
    /** Called after each change of state. */
    onChange: () => void;
  }) {
    this.name = unit.name;
    this.port = unit.port;
    this.#runnable = unit.runnable;
    this.#onChange = unit.onChange;
    this.#wanted = unit.running;
    this.#state = { at: unit.running ? 'ready' : 'stopped' };
    unit.runnable.onExit((how) => void this.#restart(how));
  }

  get state(): State {
    return this.#state;
  }

  get pid(): number | null {
    return this.#runnable.pid;
  }

  /** First start: what goes wrong is the caller's to tell. */
  async start(signal?: AbortSignal): Promise<void> {
    this.#wanted = true;
    clearTimeout(this.#timer);
    this.#enter({ at: 'starting' });
    try {
      await this.#launch(signal);
    } catch (error) {
      this.#wanted = false;
      this.#enter({ at: 'stopped' });
      throw error;
    }
    this.#becomeReady();
  }

  async stop(): Promise<void> {
    this.#wanted = false;
    clearTimeout(this.#timer);
    await this.#runnable.stop();
    this.#enter({ at: 'stopped' });
  }

  /** It is started again, as after any unexpected end. */
  kill(signal: NodeJS.Signals): void {
    this.#runnable.kill(signal);
  }

  /** SIGKILL, and down until `start`. */
  killAndHold(): void {
    this.#wanted = false;
    clearTimeout(this.#timer);
    this.#runnable.kill('SIGKILL');
    this.#enter({ at: 'stopped' });
  }

  /** Asks whether it can do its work, and shows the answer in its state. */
  async check(): Promise<boolean> {
    const ready = await this.#runnable.isReady();
    // Its state may have changed while it was asked.
    if (ready && this.#state.at === 'notReady') this.#becomeReady();
    if (!ready && this.#state.at === 'ready') this.#enter({ at: 'notReady' });
    return ready && this.#state.at === 'ready';
  }

  /** One start at a time: who asks for another waits for the same. */
  #launch(signal?: AbortSignal): Promise<void> {
    this.#launching ??= this.#runnable.start(signal).finally(() => {
      this.#launching = null;
    });
    return this.#launching;
  }

  async #restart(how: string): Promise<void> {
    if (!this.#wanted) return;
    const readyForMs = this.#readySinceMs === null ? null : Date.now() - this.#readySinceMs;
    this.#readySinceMs = null;
    this.#attempt = nextAttempt(this.#attempt, readyForMs);
    const attempt = this.#attempt;
    // At once, so that nobody takes it for ready; told with its last words in a moment.
    this.#state = { at: 'restarting', attempt, why: how };
    const line = plainText(await this.#runnable.lastLogLine());
    if (!this.#isWanted()) return;
    this.#enter({ at: 'restarting', attempt, why: line === '' ? how : `${how}: ${line}` });
    this.#timer = setTimeout(() => void this.#again(), restartDelayMs(attempt));
  }

  async #again(): Promise<void> {
    try {
      await this.#launch();
    } catch (error) {
      await this.#restart(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
      return;
    }
    if (this.#isWanted()) this.#becomeReady();
  }

  // A method, because `stop` may be called during any wait: what was read before it says nothing.
  #isWanted(): boolean {
    return this.#wanted;
  }

  #becomeReady(): void {
    this.#readySinceMs ??= Date.now();
    this.#enter({ at: 'ready' });
  }

  #enter(state: State): void {
    this.#state = state;
    this.#onChange();
  }
}

/** A line of a service's log as a person reads it: the message of a JSON line, else the line. */
export function plainText(line: string): string {
  try {
    const parsed = JSON.parse(line) as { msg?: unknown; err?: { message?: unknown } };
    const parts = [parsed.msg, parsed.err?.message].filter((part) => typeof part === 'string');
    return parts.length > 0 ? parts.join(': ') : line;
  } catch {
    // Not JSON: Node itself or a server wrote it.
    return line.trim();
  }
}

export function describeState(state: State): string {
  if (state.at === 'restarting') return `restarting (attempt ${state.attempt}): ${state.why}`;
  return state.at === 'notReady' ? 'not ready' : state.at;
}

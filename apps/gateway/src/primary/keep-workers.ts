import { setTimeout as pause } from 'node:timers/promises';

/** How a worker ended, as a person reads it. */
export interface WorkerEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** What it gave as the reason, where it said one. */
  readonly why?: string;
}

/** A process that serves on the shared port. */
export interface Worker {
  readonly pid: number;
  /** Resolves when it serves; never when it ends before. */
  readonly ready: Promise<void>;
  readonly ended: Promise<WorkerEnd>;
  /** Asks it to take no more connections, to finish those it has, and to end. */
  drain(): void;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

export interface KeeperParts {
  readonly count: number;
  /** @param replaces The worker is to take over from one that serves: it must not listen before it has proved itself. */
  readonly fork: (replaces: boolean) => Worker;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, facts?: object) => void;
  /** How long a replacement may take to become ready. */
  readonly readyWithinMs: number;
  /** How long a drained worker may take to end. */
  readonly drainWithinMs: number;
  /** The first wait before a worker that died is started again; doubled for each that died early, up to `maxBackoffMs`. */
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
}

/** One that held this long had started well: what ended it is a new trouble. */
const STEADY_MS = 10_000;

interface Slot {
  worker: Worker;
  isReplacing: boolean;
  deaths: number;
}

/**
 * Keeps a number of workers serving: starts one again that dies, and replaces them one by one without a moment in which
 * none serves.
 */
export class WorkerKeeper {
  readonly #parts: KeeperParts;
  readonly #all = new Set<Worker>();
  readonly #failedToStart = Promise.withResolvers<WorkerEnd>();
  #slots: Slot[] = [];
  #stopping = false;
  #everReady = false;
  #replacing: Promise<boolean> = Promise.resolve(true);

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  /** Resolves when a worker ends before any has ever served: what is wrong then will not pass by itself. */
  get failedToStart(): Promise<WorkerEnd> {
    return this.#failedToStart.promise;
  }

  get pids(): readonly number[] {
    return [...this.#all].map(({ pid }) => pid);
  }

  start(): void {
    this.#slots = Array.from({ length: this.#parts.count }, () => {
      const slot: Slot = { worker: this.#fork(false), isReplacing: false, deaths: 0 };
      void this.#watch(slot);
      return slot;
    });
  }

  /**
   * Replaces each worker by a new one that serves before the old one is drained; a second call waits for the first.
   * @returns false when a new one did not become ready: the old ones go on.
   */
  replaceAll(): Promise<boolean> {
    this.#replacing = this.#replacing.then(() => this.#replaceEach());
    return this.#replacing;
  }

  /** Ends all workers, drained ones too; resolves when they are gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const worker of this.#all) worker.kill('SIGTERM');
    await Promise.all([...this.#all].map(({ ended }) => ended));
  }

  kill(): void {
    for (const worker of this.#all) worker.kill('SIGKILL');
  }

  async #replaceEach(): Promise<boolean> {
    for (const slot of this.#slots) {
      if (this.#stopping || !(await this.#replace(slot))) return false;
    }
    return true;
  }

  async #replace(slot: Slot): Promise<boolean> {
    const { log, readyWithinMs } = this.#parts;
    slot.isReplacing = true;
    const old = slot.worker;
    const fresh = this.#fork(true);
    const outcome = await Promise.race([
      fresh.ready.then(() => 'ready' as const),
      fresh.ended.then(reasonOf),
      pause(readyWithinMs, 'it took too long', { ref: false }),
    ]);
    slot.isReplacing = false;
    if (outcome !== 'ready') {
      fresh.kill('SIGKILL');
      if (this.#stopping) return false;
      log('error', 'the new worker did not become ready, the old one goes on', { pid: fresh.pid, why: outcome });
      if (!this.#all.has(old)) this.#restart(slot, this.#parts.backoffMs);
      return false;
    }
    slot.worker = fresh;
    slot.deaths = 0;
    void this.#watch(slot);
    log('info', 'a new worker serves, the old one is drained', { pid: fresh.pid, old: old.pid });
    void this.#retire(old);
    return true;
  }

  async #retire(old: Worker): Promise<void> {
    const { drainWithinMs, log } = this.#parts;
    old.drain();
    const gone = await Promise.race([old.ended.then(() => true), pause(drainWithinMs, false, { ref: false })]);
    if (gone) return;
    log('warn', 'a drained worker did not end in time', { pid: old.pid });
    old.kill('SIGKILL');
  }

  /** Starts the slot's worker again when it dies. */
  async #watch(slot: Slot): Promise<void> {
    const { worker } = slot;
    let readyAtMs: number | null = null;
    void worker.ready.then(() => (readyAtMs = performance.now()));
    const end = await worker.ended;
    if (this.#stopping || slot.worker !== worker) return;
    if (!this.#everReady) {
      this.#failedToStart.resolve(end);
      return;
    }
    const wasSteady = readyAtMs !== null && performance.now() - readyAtMs >= STEADY_MS;
    slot.deaths = wasSteady ? 1 : slot.deaths + 1;
    const { backoffMs, maxBackoffMs, log } = this.#parts;
    const waitMs = Math.min(maxBackoffMs, backoffMs * 2 ** (slot.deaths - 1));
    log('error', 'a worker died', { pid: worker.pid, ...end, restartInMs: waitMs });
    // Its replacement is under way, and sees to it when it fails.
    if (!slot.isReplacing) this.#restart(slot, waitMs);
  }

  #restart(slot: Slot, waitMs: number): void {
    const dead = slot.worker;
    setTimeout(() => {
      // A replacement may have come, or be coming, meanwhile.
      if (this.#stopping || slot.isReplacing || slot.worker !== dead) return;
      slot.worker = this.#fork(false);
      void this.#watch(slot);
    }, waitMs);
  }

  #fork(replaces: boolean): Worker {
    const worker = this.#parts.fork(replaces);
    this.#all.add(worker);
    void worker.ready.then(() => (this.#everReady = true));
    void worker.ended.then(() => this.#all.delete(worker));
    return worker;
  }
}

function reasonOf({ code, signal, why }: WorkerEnd): string {
  return why ?? `it ended with ${signal ?? `code ${code}`}`;
}

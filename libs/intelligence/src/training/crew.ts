import { Worker } from 'node:worker_threads';
import { Bag, type BagPairs, type BagRows, type BagRules, type BagShapes, type Pair, type PairTrial } from './bag.ts';
import type { BinnedTable } from './binned-table.ts';

/** What all bags are made of; the memory of the table is shared by threads. */
export interface CrewWork {
  readonly table: BinnedTable;
  readonly rules: BagRules;
  readonly bags: readonly BagRows[];
}

/** What a bag can be asked for, and what it answers. */
export interface Answers {
  readonly shapes: BagShapes;
  readonly gains: Float64Array;
  readonly trials: readonly PairTrial[];
  readonly pairs: BagPairs;
}
export type Task = keyof Answers;

export interface Asked {
  readonly bag: number;
  readonly task: Task;
  /** What `gains`, `trials` and `pairs` are about. */
  readonly pairs: readonly Pair[];
}

export type Said =
  | { readonly kind: 'round'; readonly bag: number; readonly round: number; readonly loss: number }
  | { readonly kind: 'answer'; readonly bag: number; readonly answer: Answers[Task] };

export type OnRound = (bag: number, round: number, loss: number) => void;

/** Those who boost the bags. A bag is always asked by the same one, and for one thing at a time. */
export interface Crew {
  /** Asks every bag for the same. */
  all<T extends Task>(task: T, pairs: readonly Pair[]): Promise<readonly Answers[T][]>;
  close(): Promise<void>;
}

/** @param threads 0: on the calling thread, which is then busy. How many there are changes no bit of the answers. */
export function crewOf(work: CrewWork, threads: number, onRound: OnRound, signal: AbortSignal | undefined): Crew {
  return threads === 0 ? new Alone(work, onRound, signal) : new Threads(work, threads, onRound, signal);
}

/** Bags as they are asked for: each is put together when first needed. */
export class Bags {
  readonly #work: CrewWork;
  readonly #onRound: OnRound;
  readonly #bags = new Map<number, Bag>();

  constructor(work: CrewWork, onRound: OnRound) {
    this.#work = work;
    this.#onRound = onRound;
  }

  answer({ bag: index, task, pairs }: Asked): Answers[Task] {
    const bag = this.#bagOf(index);
    if (task === 'shapes') return bag.shapes((round, loss) => this.#onRound(index, round, loss));
    return task === 'gains' ? bag.gains(pairs) : bag[task](pairs);
  }

  #bagOf(index: number): Bag {
    const rows = this.#work.bags[index];
    if (rows === undefined) throw new RangeError(`there is no bag ${index}`);
    const bag = this.#bags.get(index) ?? new Bag(this.#work.table, rows, this.#work.rules);
    this.#bags.set(index, bag);
    return bag;
  }
}

class Alone implements Crew {
  readonly #bags: Bags;
  readonly #count: number;
  readonly #signal: AbortSignal | undefined;

  constructor(work: CrewWork, onRound: OnRound, signal: AbortSignal | undefined) {
    this.#bags = new Bags(work, onRound);
    this.#count = work.bags.length;
    this.#signal = signal;
  }

  async all<T extends Task>(task: T, pairs: readonly Pair[]): Promise<readonly Answers[T][]> {
    const answers: Answers[T][] = [];
    for (let bag = 0; bag < this.#count; bag += 1) {
      this.#signal?.throwIfAborted();
      answers.push(this.#bags.answer({ bag, task, pairs }) as Answers[T]);
      // So that others on this thread, the signal among them, have their turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return answers;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

// Built code has another ending than the sources it was made from.
const PROGRAM = new URL(`./bag-thread.main${import.meta.url.slice(-3)}`, import.meta.url);

interface Waiting {
  readonly resolve: (answer: Answers[Task]) => void;
  readonly reject: (error: unknown) => void;
}

class Threads implements Crew {
  readonly #threads: readonly Worker[];
  readonly #count: number;
  readonly #waiting = new Map<number, Waiting>();
  /** Of the first thread that ended before its time: nobody would answer whoever asks after that. */
  #failure: { readonly error: unknown } | null = null;
  readonly #onRound: OnRound;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => this.#fail(this.#signal?.reason);

  constructor(work: CrewWork, threads: number, onRound: OnRound, signal: AbortSignal | undefined) {
    signal?.throwIfAborted();
    this.#count = work.bags.length;
    this.#onRound = onRound;
    this.#signal = signal;
    this.#threads = Array.from({ length: Math.min(threads, work.bags.length) }, () => this.#started(work));
    signal?.addEventListener('abort', this.#onAbort);
  }

  all<T extends Task>(task: T, pairs: readonly Pair[]): Promise<readonly Answers[T][]> {
    this.#signal?.throwIfAborted();
    return Promise.all(
      Array.from({ length: this.#count }, (_, bag) => this.#ask({ bag, task, pairs }) as Promise<Answers[T]>),
    );
  }

  async close(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }

  #ask(asked: Asked): Promise<Answers[Task]> {
    if (this.#failure !== null) return Promise.reject(this.#failure.error);
    return new Promise((resolve, reject) => {
      this.#waiting.set(asked.bag, { resolve, reject });
      this.#threads[asked.bag % this.#threads.length]?.postMessage(asked);
    });
  }

  #started(workerData: CrewWork): Worker {
    const thread = new Worker(PROGRAM, { workerData });
    thread.on('message', (said: Said) => this.#heard(said));
    thread.on('error', (error) => this.#fail(error));
    thread.on('exit', (code) => this.#fail(new Error(`a training thread ended with code ${code}`)));
    return thread;
  }

  #heard(said: Said): void {
    if (said.kind === 'round') {
      this.#onRound(said.bag, said.round, said.loss);
      return;
    }
    const waiting = this.#waiting.get(said.bag);
    this.#waiting.delete(said.bag);
    waiting?.resolve(said.answer);
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Stretch } from './clock.ts';

/** How far a world has been posted, so that the next start goes on with it and does not begin another. */
export interface Checkpoint {
  /** The options that make this world; with others it is another one. */
  readonly world: string;
  /** Wall time (epoch ms) of the first start: where history ended. */
  readonly epochMs: number;
  readonly stretches: readonly Stretch[];
  /** All deliveries up to this number are settled. */
  readonly settled: number;
  /** Virtual time up to which all was delivered. */
  readonly reachedMs: number;
}

const SAVE_EVERY_MS = 1_000;

/** Keeps the checkpoint of one world in a file, or nowhere. */
export class Checkpoints {
  /** As found at the start; null when there was none, or that of another world. */
  readonly last: Checkpoint | null;
  readonly #file: string | null;
  #savedAtMs = -Infinity;
  #latest: Checkpoint | null;

  constructor(file: string | null, world: string) {
    this.#file = file;
    this.last = file === null ? null : read(file, world);
    this.#latest = this.last;
  }

  /** Saves now and then. What a kill leaves unsaved is posted once more, which the hub can tell. */
  reached(checkpoint: Checkpoint, nowMs: number): void {
    // Every start sends the installs again, which must not set it back.
    if (checkpoint.settled <= (this.#latest?.settled ?? 0)) return;
    this.#latest = checkpoint;
    if (nowMs - this.#savedAtMs < SAVE_EVERY_MS) return;
    this.#savedAtMs = nowMs;
    this.save();
  }

  /** Replaces the file as a whole: a kill leaves the old one or the new one. */
  save(): void {
    if (this.#file === null || this.#latest === null) return;
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#latest));
    renameSync(`${this.#file}.new`, this.#file);
  }
}

function read(file: string, world: string): Checkpoint | null {
  try {
    const saved = JSON.parse(readFileSync(file, 'utf8')) as Partial<Checkpoint>;
    return saved.world === world ? (saved as Checkpoint) : null;
  } catch {
    // No file, or one that we did not write: beginning another world is the remedy for both.
    return null;
  }
}

import { renameSync, writeFileSync } from 'node:fs';
import type { ServiceEnv, ServiceName } from '@hub/launcher/stack';

const HOOK = new URL('./clock-hook.mjs', import.meta.url).href;

/** The wall clock of some services, which can be set while they run; the servers keep true time. */
export class ShiftedClock {
  readonly #file: string;
  readonly #services: readonly ServiceName[];

  /** @param file Outlives the services. */
  constructor(file: string, services: readonly ServiceName[]) {
    this.#file = file;
    this.#services = services;
    this.set(0);
  }

  get env(): ServiceEnv {
    const hooked = { NODE_OPTIONS: `--import=${HOOK}`, DRILL_CLOCK_FILE: this.#file };
    return (service) => (this.#services.includes(service) ? hooked : {});
  }

  /** @param offsetMs Ahead of true time when positive. They see it within a tenth of a second. */
  set(offsetMs: number): void {
    writeFileSync(`${this.#file}.new`, String(offsetMs));
    renameSync(`${this.#file}.new`, this.#file); // never seen half-written
  }
}

import { setTimeout as pause } from 'node:timers/promises';
import type { UnitStatus } from './run-file.ts';
import { describeState, type Supervised } from './supervised.ts';

/** What is stopped first has the highest stage: senders before receivers, servers last. */
export type Stage = 'server' | 'service' | 'entrance' | 'demo';

const STOP_ORDER: readonly Stage[] = ['demo', 'entrance', 'service', 'server'];

const POLL_MS = 50;

/** Everything under supervision in one stack. */
export class Fleet {
  readonly #units: { unit: Supervised; stage: Stage }[] = [];

  add(stage: Stage, unit: Supervised): Supervised {
    this.#units.push({ unit, stage });
    return unit;
  }

  /** @throws Error when there is none of that name. */
  get(name: string): Supervised {
    const found = this.#units.find(({ unit }) => unit.name === name);
    if (found === undefined) throw new Error(`no ${name} in this stack`);
    return found.unit;
  }

  in(...stages: Stage[]): Supervised[] {
    return this.#units.filter(({ stage }) => stages.includes(stage)).map(({ unit }) => unit);
  }

  all(): Supervised[] {
    return this.#units.map(({ unit }) => unit);
  }

  isReady(): boolean {
    return this.#units.every(({ unit }) => unit.state.at === 'ready');
  }

  /** Asks every unit whether it can do its work; their states show the answers. */
  async check(): Promise<boolean> {
    const answers = await Promise.all(this.#units.map(({ unit }) => unit.check()));
    return answers.every(Boolean);
  }

  /** @throws Error naming what is not ready after `timeoutMs`. */
  async waitReady(timeoutMs: number): Promise<void> {
    const deadlineMs = Date.now() + timeoutMs;
    while (!(await this.check())) {
      if (Date.now() > deadlineMs) {
        const late = this.#units.filter(({ unit }) => unit.state.at !== 'ready');
        const names = late.map(({ unit }) => `${unit.name} (${describeState(unit.state)})`);
        throw new Error(`not ready after ${timeoutMs / 1000} s: ${names.join(', ')}`);
      }
      await pause(POLL_MS);
    }
  }

  async stop(): Promise<void> {
    for (const stage of STOP_ORDER) await Promise.all(this.in(stage).map((unit) => unit.stop()));
  }
}

export function statusOf({ name, state, pid, port }: Supervised): UnitStatus {
  return { name, state: describeState(state), pid, port };
}

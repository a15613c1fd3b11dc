import type { Database } from '@hub/database/registry';

/** What commands work with. */
export interface Registry {
  readonly database: Database;
  /** Tells the services to look; who does not hear it looks by itself within seconds. */
  changed(name: string): Promise<void>;
}

/** Prints its answer and gives the exit code of the process. */
export type Command = (registry: Registry, args: readonly string[]) => Promise<number>;

/** What cannot be done as things are, in words for whoever asked for it. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

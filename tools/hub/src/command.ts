import type { HubApi } from './hub-api.ts';

/** Prints its answer and gives the exit code of the process. */
export type Command = (api: HubApi, args: readonly string[]) => Promise<number>;

import { ADDRESS_VARIABLE, startSharedPostgres } from './shared-postgres.ts';

/** Gives every spec of the run a way to the shared Postgres; nothing is started until one asks. */
export default async function setUp(): Promise<void> {
  const shared = await startSharedPostgres();
  process.env[ADDRESS_VARIABLE] = shared.address;
  Object.assign(globalThis, { stopSharedPostgres: () => shared.stop() });
}

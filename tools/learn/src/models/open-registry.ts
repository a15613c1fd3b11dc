import { modelsChanged } from '@hub/contracts';
import { createPool, Database, isOutage } from '@hub/database/registry';
import { broadcast } from '@hub/messaging/reading';
import { createBreaker } from '@hub/resilience';
import { type Registry, Refused } from './command.ts';

/** Reports over months of decisions take their time. */
const STATEMENT_MS = 120_000;
const CONNECT_MS = 3_000;

/**
 * The registry in the database that `DATABASE_URL` names: the launcher sets it to that of the hub of this folder.
 * @throws Refused when there is none.
 */
export function openRegistry(env: NodeJS.ProcessEnv): Registry {
  const { DATABASE_URL: url = '', NATS_URL: natsUrl = '' } = env;
  if (url === '') {
    throw new Refused('no hub is running here: start it with npm start, or name its database in DATABASE_URL');
  }
  const pool = createPool({ url, name: 'models', max: 4, statementTimeoutMs: STATEMENT_MS });
  const breaker = createBreaker({ name: 'postgres', timeoutMs: 4 * STATEMENT_MS, isFailure: isOutage });
  return {
    database: new Database(pool, breaker),
    changed: (name) => (natsUrl === '' ? Promise.resolve() : tell(natsUrl, name)),
  };
}

async function tell(natsUrl: string, name: string): Promise<void> {
  try {
    await broadcast(natsUrl, modelsChanged, { name }, { name: 'models', timeoutMs: CONNECT_MS });
  } catch (error) {
    // It is done already; the services find out a little later.
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(`the services were not told at once (${why}); each looks by itself within seconds\n`);
  }
}

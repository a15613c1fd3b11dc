import { type Breaker, DependencyUnavailable } from '@hub/resilience';
import pg from 'pg';

/** What a statement needs: text, its values, and a name when the server should keep its plan. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

/** One transaction, seeing only the tenants it was opened for. */
export interface Tx {
  query<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]>;
}

export interface PoolOptions {
  readonly url: string;
  /** Shown in `pg_stat_activity`. */
  readonly name: string;
  readonly max?: number;
  /** Longest a statement may run on the server, in ms. */
  readonly statementTimeoutMs?: number;
}

/** @returns A pool that reconnects by itself; nothing is connected yet. */
export function createPool(options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.name,
    max: options.max ?? 4,
    // Statements that do not wait for each other's rows share a round trip.
    pipeline: true,
    connectionTimeoutMillis: 2_000,
    statement_timeout: options.statementTimeoutMs ?? 5_000,
    idle_in_transaction_session_timeout: 10_000,
  });
  // A connection that dies, idle or between two statements of a transaction, says so by an event that would end the
  // process. It is replaced on next use, and the next statement reports what matters.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** SQLSTATEs that say the server is away, full or too slow, whatever the statement was: time limits are among them. */
const OUTAGE_STATES = /^(08|53|57|58|XX|55P03|25P0[23])/;
/** How the driver says that there is no connection, for want of a code. */
const OUTAGE_WORDS = /connection|timeout|terminated/i;

/** Whether an error means the database is away, so that the same work may succeed later. */
export function isOutage(error: unknown): boolean {
  if (error instanceof DependencyUnavailable) return true;
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  if (error instanceof pg.DatabaseError) return OUTAGE_STATES.test(String(code));
  return /^E[A-Z]+$/.test(String(code)) || OUTAGE_WORDS.test(String(message));
}

/** Postgres behind one breaker, with tenants kept apart by row-level security. */
export class Database {
  readonly #pool: pg.Pool;
  readonly #breaker: Breaker;

  constructor(pool: pg.Pool, breaker: Breaker) {
    this.#pool = pool;
    this.#breaker = breaker;
  }

  /**
   * One transaction that sees and writes only rows of `tenantIds`; committed when `work` resolves.
   * @throws RangeError for an id that could name two tenants at once.
   * @throws DependencyUnavailable when the database is away, the breaker open or the deadline past.
   * @throws pg.DatabaseError when the server refused a statement; everything is rolled back.
   */
  async asTenants<T>(tenantIds: readonly string[], work: (tx: Tx) => Promise<T>): Promise<T> {
    if (tenantIds.some((id) => id.includes(','))) throw new RangeError('a tenant id holds a comma');
    return this.#call(() => this.#transaction(tenantIds, work));
  }

  /** One statement on what has no tenant: models, and the functions of the schema. */
  query<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]> {
    return this.#call(async () => (await this.#pool.query<Row>(toConfig(statement))).rows);
  }

  /** Resolves when the server answers a query. */
  async ping(): Promise<void> {
    await this.#pool.query('SELECT 1');
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  /** An outage has one face, whatever words the driver has for it. */
  async #call<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.#breaker.call(work);
    } catch (error) {
      if (error instanceof DependencyUnavailable || !isOutage(error)) throw error;
      throw new DependencyUnavailable(this.#breaker.name, 'it does not answer', error);
    }
  }

  async #transaction<T>(tenantIds: readonly string[], work: (tx: Tx) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    try {
      const begun = client.query(`BEGIN; SET LOCAL hub.tenants = ${pg.escapeLiteral(tenantIds.join(','))}`);
      // Sent ahead of the first statement; where it fails that one fails too, and is what the caller hears of.
      begun.catch(() => undefined);
      const result = await work({
        query: async <Row extends pg.QueryResultRow>(statement: Statement) =>
          (await client.query<Row>(toConfig(statement))).rows,
      });
      await begun;
      await client.query('COMMIT');
      return result;
    } catch (error) {
      broken = await rollback(client);
      throw error;
    } finally {
      client.release(broken);
    }
  }
}

/** @returns The error that makes this connection unfit for further use, if any. */
async function rollback(client: pg.PoolClient): Promise<Error | undefined> {
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function toConfig(statement: Statement): pg.QueryConfig<unknown[]> {
  return { ...statement, values: [...(statement.values ?? [])] };
}

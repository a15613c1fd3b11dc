import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from '@hub/local-servers';
import pg from 'pg';
import type { Receiver } from './receiver.ts';

/** What a textbook receiver is started with; more than one worker makes it a cluster. */
export interface TextbookOptions {
  readonly databaseUrl: string;
  readonly port: number;
  /** SPKI DER in base64. */
  readonly publicKey: string;
  readonly workers: number;
}

/** Holds the options of the process, as JSON. */
export const TEXTBOOK_VARIABLE = 'TEXTBOOK_OPTIONS';

const PROGRAM = fileURLToPath(new URL('./textbook-receiver.ts', import.meta.url));
const READY_MS = 20_000;

/** @returns A receiver of its own process, or of `workers` processes. */
export async function startTextbook(
  options: Omit<TextbookOptions, 'port'> & { readonly postgresPid: number | null },
): Promise<Receiver> {
  const { postgresPid, ...given } = options;
  const port = await freePort();
  const mine: TextbookOptions = { ...given, port };
  const child = fork(PROGRAM, [], {
    execArgv: [],
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', [TEXTBOOK_VARIABLE]: JSON.stringify(mine) },
  });
  const timeout = AbortSignal.timeout(READY_MS);
  await Promise.race([
    once(child, 'message', { signal: timeout }),
    once(child, 'exit', { signal: timeout }).then(() => {
      throw new Error('the textbook receiver ended before it listened');
    }),
  ]);
  return {
    name: given.workers > 1 ? `textbook x${given.workers}` : 'textbook',
    url: `http://127.0.0.1:${port}/webhooks/ghl`,
    pids: () => ({ receiver: child.pid ?? 0, store: postgresPid ?? 0 }),
    check: async (accepted) => ({ lost: await missingRows(options.databaseUrl, accepted), writes: accepted.length }),
    stop: () => end(child),
  };
}

export async function createTextbookTable(databaseUrl: string): Promise<void> {
  await withClient(databaseUrl, (client) =>
    client.query(`CREATE TABLE textbook_webhooks (
      id text PRIMARY KEY,
      tenant_id text,
      type text,
      received_at timestamptz NOT NULL,
      body bytea NOT NULL
    )`),
  );
}

async function missingRows(databaseUrl: string, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ missing: string }>(
      `SELECT count(*) AS missing FROM unnest($1::text[]) AS accepted (id)
      WHERE NOT EXISTS (SELECT FROM textbook_webhooks WHERE textbook_webhooks.id = accepted.id)`,
      [ids],
    );
    return Number(rows[0]?.missing);
  });
}

async function withClient<T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

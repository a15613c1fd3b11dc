import { migrate, serviceUrl } from '@hub/database/migrate';
import { connectNats, type NatsConnection, Publisher } from '@hub/messaging';
import { startService } from '@hub/service';
import { SESSION_COOKIE, sealSession } from '@hub/session';
import { testNats, testPostgres, type TestServer } from '@hub/testkit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { analytics } from './service.ts';

const SECRET = 'a secret of at least thirty-two characters';
const PASSWORD = 'service-password';

/** The analytics service on real servers. */
export interface SpecStack {
  readonly nats: TestServer;
  readonly owner: pg.Client;
  readonly connection: NatsConnection;
  readonly publisher: Publisher;
  /** As many as were started: the first is there from the beginning. */
  readonly apps: NestFastifyApplication[];
  start(): Promise<NestFastifyApplication>;
  get(path: string, tenants: '*' | readonly string[]): Promise<Response>;
  post(path: string, body: object, tenants: '*' | readonly string[]): Promise<Response>;
  json<T>(path: string, tenants?: '*' | readonly string[]): Promise<T>;
  stop(): Promise<void>;
}

export async function startStack(): Promise<SpecStack> {
  const [nats, postgres] = await Promise.all([testNats(), testPostgres()]);
  await migrate(postgres.url, PASSWORD, Date.now());
  const owner = new pg.Client({ connectionString: postgres.url });
  await owner.connect();
  const connection = await connectNats({ servers: nats.url, name: 'spec' });
  const apps: NestFastifyApplication[] = [];
  const start = async () => {
    const app = await startService({
      ...analytics,
      env: {
        PORT: '0',
        LOG_LEVEL: 'silent',
        // Specs look themselves, at times of their own.
        WATCH_EVERY_MS: '86400000',
        NATS_URL: nats.url,
        DATABASE_URL: serviceUrl(postgres.url, PASSWORD),
        SESSION_SECRET: SECRET,
        REALTIME_URL: 'http://localhost:4002',
      },
    });
    apps.push(app);
    return app;
  };
  await start();
  const ask = async (path: string, tenants: '*' | readonly string[], body?: object) => {
    const session = { userId: 'u1', name: 'Jo', tenants, expiresAtMs: Date.now() + 60_000 };
    const cookie = `${SESSION_COOKIE}=${sealSession(SECRET, session)}`;
    const url = new URL(path, await apps[0]?.getUrl());
    if (body === undefined) return fetch(url, { headers: { cookie } });
    const headers = { cookie, 'content-type': 'application/json' };
    return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  };
  const get: SpecStack['get'] = (path, tenants) => ask(path, tenants);
  return {
    nats,
    owner,
    connection,
    publisher: new Publisher(connection),
    apps,
    start,
    get,
    post: (path, body, tenants) => ask(path, tenants, body),
    json: async <T>(path: string, tenants: '*' | readonly string[] = '*') => {
      const response = await get(path, tenants);
      if (!response.ok) throw new Error(`${path} answers ${response.status}`);
      return (await response.json()) as T;
    },
    stop: async () => {
      await Promise.all(apps.map((app) => app.close()));
      await connection.close();
      await owner.end();
      await Promise.all([nats.stop(), postgres.stop()]);
    },
  };
}

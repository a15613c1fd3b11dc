import { INBOX, sourceConfigured, webhookStored } from '@hub/contracts';
import { connectNats, type NatsConnection, Publisher, readPage, streamState } from '@hub/messaging';
import { startService } from '@hub/service';
import { testNats, testRedis, type TestServer, until } from '@hub/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import fc from 'fast-check';
import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { gateway } from './gateway-service.ts';
import {
  type ConfiguredKind,
  configurationOf,
  newKey,
  platformSending,
  SECRETS_KEY,
  send,
  type Sending,
  sending,
} from './senders-for-spec.ts';

const MIB = 1_048_576;
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');

let nats: TestServer;
let redis: TestServer;
let connection: NatsConnection;
let app: NestFastifyApplication;
let origin: string;
/** While the gateway itself is down nobody answers: senders see a refused connection, as of any server. Odd: it is down. */
let restarts = 0;

beforeAll(async () => {
  [nats, redis] = await Promise.all([testNats(), testRedis()]);
  connection = await connectNats({ servers: nats.url, name: 'spec' });
  app = await start('0');
  origin = await app.getUrl();
});

afterAll(async () => {
  await app.close();
  await connection.close();
  await Promise.all([nats.stop(), redis.stop()]);
});

async function start(PORT: string): Promise<NestFastifyApplication> {
  const servers = { NATS_URL: nats.url, REDIS_URL: redis.url };
  const env = { PORT, LOG_LEVEL: 'silent', SECRETS_KEY, GHL_PUBLIC_KEYS: `spec=${spki}`, ...servers };
  return startService({ ...gateway, env });
}

type Send = (n: number) => Sending;

/** Every kind of sender, each with a key that the gateway knows. */
async function senders(): Promise<readonly Send[]> {
  const kinds: readonly ConfiguredKind[] = ['hmac', 'standard-webhooks', 'ghl-workflow', 'events'];
  const publisher = new Publisher(connection);
  const configured = await Promise.all(
    kinds.map(async (kind): Promise<Send> => {
      const sourceId = `src-${kind}`;
      const key = newKey(kind);
      const configuration = configurationOf({ sourceId, kind, tenantId: 'maple', version: 1 }, [key]);
      await publisher.publish(sourceConfigured, [sourceId], configuration);
      return (n) => sending(kind, sourceId, key, Buffer.from(JSON.stringify({ id: `${kind}-${n}` })));
    }),
  );
  const platform: Send = (n) =>
    platformSending(privateKey, Buffer.from(JSON.stringify({ locationId: 'maple', webhookId: `ghl-${n}` })));
  const large: Send = (n) =>
    platformSending(
      privateKey,
      Buffer.from(JSON.stringify({ locationId: 'oak', webhookId: `large-${n}`, text: 'x'.repeat(MIB / 4) })),
    );
  return [...configured, platform, large];
}

/** What a step of the plan does to whom, and for how long it lasts. */
const FAULTS = {
  natsStopped: (forMs: number) => stopped(nats, forMs),
  natsKilled: async (forMs: number) => {
    nats.kill();
    await pause(forMs);
    await nats.restart();
  },
  natsRestarted: async () => {
    await nats.pause();
    await nats.restart();
  },
  natsFull: async (forMs: number) => {
    await setRoom(1);
    await pause(forMs);
    await setRoom(-1);
  },
  redisStopped: (forMs: number) => stopped(redis, forMs),
  redisKilled: async (forMs: number) => {
    redis.kill();
    await pause(forMs);
    await redis.restart();
  },
  gatewayRestarted: async () => {
    const { port } = new URL(origin);
    restarts += 1;
    await app.close();
    app = await start(port);
    restarts += 1;
  },
  none: (forMs: number) => pause(forMs),
} satisfies Record<string, (forMs: number) => Promise<void>>;

async function stopped(server: TestServer, forMs: number): Promise<void> {
  const pid = server.pid;
  if (pid === null) throw new Error('it does not run');
  process.kill(pid, 'SIGSTOP');
  await pause(forMs);
  process.kill(pid, 'SIGCONT');
}

/** As a disk without room: the broker answers, and refuses what is to be stored. */
async function setRoom(bytes: number): Promise<void> {
  await until(
    async () => {
      const { config } = (await connection.request('$JS.API.STREAM.INFO.INBOX')).json<{ config: object }>();
      const update = JSON.stringify({ ...config, max_bytes: bytes, discard: 'new' });
      const answer = await connection.request('$JS.API.STREAM.UPDATE.INBOX', update);
      return answer.json<{ error?: object }>().error === undefined;
    },
    { what: 'the room of the stream' },
  );
}

/** Ids of events that a request carried: those of its receipt, if it was acked. */
async function receiptOf(response: Response): Promise<readonly string[]> {
  const { eventId, eventIds = [eventId] } = (await response.json()) as { eventId: string; eventIds?: string[] };
  return eventIds;
}

async function storedIds(): Promise<Set<string>> {
  const { lastSequence: upTo } = await streamState(connection, INBOX);
  const ids = new Set<string>();
  for (let after = 0; after < upTo;) {
    const page = await readPage(connection, webhookStored, { tokens: [], after, upTo, maxMessages: 64 });
    for (const { payload } of page.messages) for (const { eventId } of payload) ids.add(eventId);
    after = page.upTo;
  }
  return ids;
}

const step = fc.record({
  fault: fc.constantFrom(...Object.keys(FAULTS)) as fc.Arbitrary<keyof typeof FAULTS>,
  forMs: fc.integer({ min: 50, max: 2_500 }),
});
/** Each fault once at least, in any order. */
const plan = fc
  .tuple(
    fc.shuffledSubarray(Object.keys(FAULTS) as (keyof typeof FAULTS)[], { minLength: Object.keys(FAULTS).length }),
    fc.array(step, { maxLength: 2 }),
    fc.array(fc.integer({ min: 50, max: 2_500 }), { minLength: 8, maxLength: 8 }),
  )
  .map(([all, more, lengths]) => [...all.map((fault, i) => ({ fault, forMs: lengths[i] ?? 100 })), ...more]);

it('answers what is signed with 2xx or 429 whatever fails, and what it acked is in the inbox', async () => {
  const all = await senders();
  await until(
    async () => (await Promise.all(all.map((make) => send(origin, make(0))))).every(({ status }) => status === 200),
    {
      what: 'every sender to be known',
    },
  );
  await fc.assert(
    fc.asyncProperty(plan, fc.nat(1_000_000), async (steps, run) => {
      const acked: string[] = [];
      const waiting: Sending[] = [];
      const outside: unknown[] = [];
      const deliver = async (what: Sending): Promise<void> => {
        const before = restarts;
        try {
          const response = await send(origin, what);
          if (response.status === 200) acked.push(...(await receiptOf(response)));
          else if (response.status === 429 && Number(response.headers.get('retry-after')) > 0) waiting.push(what);
          else outside.push([response.status, await response.text()]);
        } catch (error) {
          if (before === restarts && restarts % 2 === 0) outside.push(error);
          waiting.push(what);
        }
      };

      const done = new AbortController();
      const flow = all.map(async (make, sender) => {
        const isLarge = sender === all.length - 1;
        for (let n = run * 100_000; !done.signal.aborted; n += 1) {
          await Promise.all([deliver(make(n)), ...(isLarge ? [] : [deliver(make((n += 1)))])]);
          await pause(isLarge ? 200 : 20);
        }
      });
      for (const { fault, forMs } of steps) {
        await FAULTS[fault](forMs);
        const before = acked.length;
        await until(() => acked.length > before, { what: `the flow after ${fault}`, timeoutMs: 30_000 });
      }
      done.abort();
      await Promise.all(flow);

      // What was asked to come again comes again, and is taken.
      for (const what of waiting.splice(0)) {
        const isTaken = async () => {
          await deliver(what);
          return waiting.splice(0).length === 0;
        };
        await until(isTaken, { what: 'a retry to be taken', timeoutMs: 30_000 });
      }
      expect(outside).toEqual([]);
      // The spec's own connection comes back when it does: the last fault may have cut it a moment ago.
      const stored = await until(storedIds, { what: 'the inbox to be read' });
      expect(acked.filter((id) => !stored.has(id))).toEqual([]);
      expect(acked.length).toBeGreaterThan(steps.length);
    }),
    { numRuns: 1, endOnFailure: true },
  );
}, 180_000);

it('asks to come again for what it cannot keep in memory', async () => {
  // More than may wait to be stored, where this machine is fast enough for it all to come before the first is given up.
  const sendings = Array.from({ length: 72 }, (_, n) => {
    const body = { locationId: `loc${n % 3}`, webhookId: `room-${n}`, text: 'x'.repeat(MIB - 1_000) };
    return platformSending(privateKey, Buffer.from(JSON.stringify(body)));
  });
  const pid = nats.pid;
  if (pid === null) throw new Error('NATS does not run');
  process.kill(pid, 'SIGSTOP');
  const answers = await Promise.all(sendings.map((each) => send(origin, each)));
  process.kill(pid, 'SIGCONT');
  const codes = await Promise.all(answers.map(async (answer) => ((await answer.json()) as Refused).error.code));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([429]));
  expect(codes.filter((code) => code !== 'notStored' && code !== 'overloaded')).toEqual([]);
});

interface Refused {
  readonly error: { readonly code: string };
}

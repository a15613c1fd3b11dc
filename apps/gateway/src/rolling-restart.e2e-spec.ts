import { webhookReceived, INBOX } from '@hub/contracts';
import { sign } from '@hub/crm-ghl';
import { connectNats, type NatsConnection, streamState, tail } from '@hub/messaging';
import { testNats, type TestServer, until } from '@hub/testkit';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');

interface Line {
  readonly msg: string;
  readonly pid?: number;
  readonly port?: number;
  readonly old?: number;
  readonly why?: string;
}

let nats: TestServer;
let connection: NatsConnection;
let primary: ChildProcess | undefined;
const log: Line[] = [];

beforeAll(async () => {
  nats = await testNats();
  connection = await connectNats({ servers: nats.url, name: 'spec' });
});

afterEach(async () => {
  if (primary?.exitCode === null) {
    primary.kill('SIGTERM');
    await once(primary, 'exit');
  }
});

afterAll(async () => {
  await connection.close();
  await nats.stop();
});

/** The gateway as it is deployed: a primary and one worker. @returns its port. */
async function startGateway(): Promise<number> {
  log.length = 0;
  const env = { PORT: '0', NATS_URL: nats.url, GHL_PUBLIC_KEYS: `spec=${spki}`, PROVE_WITHIN_MS: '3000' };
  primary = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  if (primary.stdout === null) throw new Error('no stdout');
  createInterface({ input: primary.stdout }).on('line', (line) => log.push(JSON.parse(line) as Line));
  return until(() => log.find(({ msg }) => msg === 'listening')?.port, { what: 'an open port', timeoutMs: 30_000 });
}

function told(msg: string): readonly Line[] {
  return log.filter((line) => line.msg === msg);
}

async function restart(): Promise<void> {
  const before = told('restarted').length;
  primary?.kill('SIGHUP');
  await until(() => told('restarted').length > before, { what: 'a restart', timeoutMs: 40_000 });
}

/** Sends webhooks one after the other until told to stop. @returns what each was answered, or how it broke. */
async function sender(port: number, name: string, agent: Agent | false, stopping: AbortSignal) {
  const answers = new Map<string, number | string>();
  for (let n = 0; !stopping.aborted; n += 1) {
    const webhookId = `${name}-${n}`;
    answers.set(webhookId, await post(port, webhookId, agent));
  }
  return answers;
}

function post(port: number, webhookId: string, agent: Agent | false): Promise<number | string> {
  const body = Buffer.from(JSON.stringify({ type: 'ContactCreate', locationId: webhookId, webhookId }));
  const headers = { 'content-type': 'application/json', 'x-ghl-signature': sign(privateKey, body) };
  const { promise, resolve } = Promise.withResolvers<number | string>();
  const options = { host: '127.0.0.1', port, path: '/webhooks/ghl', method: 'POST', headers, agent };
  httpRequest(options, (response) => response.resume().once('end', () => resolve(response.statusCode ?? 0)))
    .once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    .end(body);
  return promise;
}

/** The broker answers, and refuses what is to be stored; -1: takes it again. A gateway that starts leaves that as it is. */
async function limitMessages(maxBytes: number): Promise<void> {
  const ask = async (what: string, payload?: string) =>
    (await connection.request(`$JS.API.STREAM.${what}.INBOX`, payload)).json<{ config: object; error?: object }>();
  const { config } = await ask('INFO');
  const { error } = await ask('UPDATE', JSON.stringify({ ...config, max_msg_size: maxBytes }));
  expect(error).toBeUndefined();
}

async function storedIds(): Promise<ReadonlySet<string>> {
  const { lastSequence } = await streamState(connection, INBOX);
  const ids = new Set<string>();
  for await (const { sequence, payload } of tail(
    connection,
    { ...webhookReceived, subject: 'webhook.received.>' },
    { after: 0 },
  )) {
    for (const { eventId } of payload) ids.add(eventId);
    if (sequence >= lastSequence) break;
  }
  return ids;
}

it('restarts under load without a refused connection or an answer that is not a 2xx', async () => {
  const port = await startGateway();
  const stopping = new AbortController();
  const kept = Array.from({ length: 4 }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  const agents = [...kept, false as const, false as const, false as const, false as const];
  const sending = agents.map((agent, at) => sender(port, `sender-${at}`, agent, stopping.signal));
  await restart();
  await restart();
  stopping.abort();
  const answers = new Map((await Promise.all(sending)).flatMap((each) => [...each]));
  for (const agent of kept) agent.destroy();
  expect([...answers].filter(([, answer]) => answer !== 200)).toEqual([]);
  expect(answers.size).toBeGreaterThan(100);
  const stored = await storedIds();
  expect([...answers.keys()].filter((id) => !stored.has(id))).toEqual([]);
  expect(new Set(told('a new worker serves, the old one is drained').map(({ pid }) => pid)).size).toBe(2);
}, 120_000);

it('keeps the process that serves while its replacement cannot store a webhook, and says why', async () => {
  const port = await startGateway();
  await limitMessages(1);
  primary?.kill('SIGHUP');
  const [line] = await until(
    () => {
      const lines = told('the new worker did not become ready, the old one goes on');
      return lines.length > 0 && lines;
    },
    { what: 'a worker that is not put in', timeoutMs: 40_000 },
  );
  expect(line?.why).toMatch(/^a webhook of its own does not go through: it was answered 429: .*notStored/);
  expect(await post(port, 'meanwhile', false)).toBe(429);
  await limitMessages(-1);
  await until(async () => (await post(port, 'later', false)) === 200, { what: 'acceptance by the old one' });
  expect(told('a new worker serves, the old one is drained')).toEqual([]);
  await restart();
  expect(await post(port, 'last', false)).toBe(200);
}, 120_000);

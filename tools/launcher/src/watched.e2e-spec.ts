import { execFile } from 'node:child_process';
import { createPrivateKey, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sign } from '@hub/crm-ghl';
import { sealSession, SESSION_COOKIE } from '@hub/session';
import { type CollectedSpan, testCollector, type TestCollector, until } from '@hub/testkit';
import { DEMO_TENANT } from './demo.ts';
import { ROOT } from './paths.ts';
import { SERVICE_NAMES, type Stack, startStack } from './stack.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SENDER_SPAN = '00f067aa0ba902b7';

const run = promisify(execFile);

let stateDir: string;
let collector: TestCollector;
let stack: Stack;

beforeAll(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'hub-watched-'));
  collector = await testCollector();
  stack = await startStack({
    stateDir,
    ports: 'free',
    demo: false,
    quiet: true,
    extraEnv: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
  });
}, 180_000);

afterAll(async () => {
  await stack.stop();
  await collector.stop();
  rmSync(stateDir, { recursive: true, force: true });
}, 30_000);

it('follows one webhook from HTTP through INBOX and the database to a screen, in one trace', async () => {
  const screen = await openScreen();
  const body = Buffer.from(
    JSON.stringify({
      type: 'InboundMessage',
      locationId: DEMO_TENANT.id,
      webhookId: randomUUID(),
      contactId: 'lead-traced',
      direction: 'inbound',
      messageType: 'SMS',
      body: 'is the house at 7 Secret Lane still free?',
      dateAdded: new Date().toISOString(),
    }),
  );
  const signature = sign(createPrivateKey(readFileSync(stack.keys.privateKeyFile)), body);
  const traceparent = `00-${TRACE}-${SENDER_SPAN}-01`;
  const headers = { 'content-type': 'application/json', 'x-ghl-signature': signature, traceparent };
  expect((await fetch(stack.urls.webhook, { method: 'POST', headers, body })).status).toBe(200);

  const named = (name: string) => collector.spans.find((span) => span.traceId === TRACE && span.name === name);
  const last = ['webhook receive', 'settle', 'scores push'];
  await until(() => last.every((name) => named(name) !== undefined), {
    what: 'the spans of all services',
    timeoutMs: 30_000,
  });
  await screen.cancel();
  const parentOf = (child: string): string | undefined =>
    nameOf(collector.spans.find(({ spanId }) => spanId === named(child)?.parentSpanId));
  expect(named('webhook receive')).toMatchObject({ service: 'gateway', parentSpanId: SENDER_SPAN });
  expect(named('settle')).toMatchObject({ service: 'scoring', kind: 5, links: [TRACE] });
  expect(named('transaction')?.attributes).toEqual({ 'db.system.name': 'postgresql' });
  expect(
    ['inbox publish', 'settle', 'transaction', 'claim', 'fold', 'score', 'store', 'scores publish', 'scores push'].map(
      parentOf,
    ),
  ).toEqual([
    'webhook receive',
    'inbox publish',
    'settle',
    'transaction',
    'transaction',
    'transaction',
    'transaction',
    'settle',
    'scores publish',
  ]);
  expect(JSON.stringify(collector.spans)).not.toMatch(/Secret|lead-traced|signature/);
}, 60_000);

it('shows on the command line what was refused and why, masked', async () => {
  const body = '{"email":"zoe@mail.example"}';
  expect((await fetch(stack.urls.webhook, { method: 'POST', body })).status).toBe(401);
  const refusals = () => hub('refusals', '--json');
  await until(async () => (await refusals()).includes('missing'), { what: 'the refusal', timeoutMs: 30_000 });
  const [refusal] = (JSON.parse(await refusals()) as { refusals: object[] }).refusals;
  expect(refusal).toMatchObject({ source: 'ghl', reason: 'missing', maskedStart: '{"xxxxx":"xxx@xxxx.xxxxxxx"}' });
  expect(await hub('refusals')).toMatch(/missing +ghl +ghl +{"xxxxx":/);
}, 60_000);

it('tells the metrics that the page of metrics describes, and no others', async () => {
  const page = readFileSync(join(ROOT, 'docs', 'metrics.md'), 'utf8');
  const described = [...page.matchAll(/^\| `(\w+)` /gm)].map(([, name = '']) => name).toSorted();
  await until(async () => (await toldMetrics()).length >= described.length, { what: 'all metrics', timeoutMs: 30_000 });
  expect(await toldMetrics()).toEqual(described);
}, 60_000);

/** A screen of the demo's tenant, greeted by now. */
async function openScreen(): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const expiresAtMs = Date.now() + 3_600_000;
  const session = { userId: 'spec', name: 'Spec', tenants: [DEMO_TENANT.id], expiresAtMs };
  const cookie = `${SESSION_COOKIE}=${sealSession(stack.env.SESSION_SECRET, session)}`;
  const response = await fetch(`${stack.urls.stream}/stream?tenant=${DEMO_TENANT.id}`, { headers: { cookie } });
  if (response.body === null || !response.ok) throw new Error(`no stream: ${response.status}`);
  const reader = response.body.getReader();
  await reader.read();
  return reader;
}

/** Names of all services' own metrics, sorted. */
async function toldMetrics(): Promise<string[]> {
  const { services } = await stack.status();
  const texts = await Promise.all(
    services
      .filter(({ name }) => SERVICE_NAMES.some((service) => service === name))
      .map(async ({ port }) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()),
  );
  const names = texts.flatMap((text) => [...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name = '']) => name));
  return [...new Set(names)].filter((name) => !/^(process|nodejs)_/.test(name)).toSorted();
}

/** What `npm run hub -- …` prints. */
async function hub(...args: readonly string[]): Promise<string> {
  const main = join(ROOT, 'tools', 'hub', 'src', 'main.ts');
  const env = { PATH: process.env['PATH'], HUB_URL: stack.urls.page, HUB_SESSION_SECRET: stack.env.SESSION_SECRET };
  return (await run(process.execPath, ['--conditions=source', main, ...args], { env })).stdout;
}

function nameOf(span: CollectedSpan | undefined): string | undefined {
  return span?.name;
}

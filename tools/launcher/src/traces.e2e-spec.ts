import { createPrivateKey, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sign } from '@hub/crm-ghl';
import { type CollectedSpan, testCollector, type TestCollector, until } from '@hub/testkit';
import { DEMO_TENANT } from './demo.ts';
import { type Stack, startStack } from './stack.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SENDER_SPAN = '00f067aa0ba902b7';

let stateDir: string;
let collector: TestCollector;
let stack: Stack;

beforeAll(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'hub-traces-'));
  collector = await testCollector();
  stack = await startStack({
    stateDir,
    ports: 'free',
    demo: false,
    quiet: true,
    services: ['gateway', 'scoring'],
    extraEnv: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
  });
}, 180_000);

afterAll(async () => {
  await stack.stop();
  await collector.stop();
  rmSync(stateDir, { recursive: true, force: true });
}, 30_000);

it('follows one webhook from HTTP through INBOX to the database, in one trace', async () => {
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
  await until(() => named('settle') !== undefined && named('webhook receive') !== undefined, {
    what: 'the spans of both services',
    timeoutMs: 30_000,
  });
  const parentOf = (child: string): string | undefined =>
    nameOf(collector.spans.find(({ spanId }) => spanId === named(child)?.parentSpanId));
  expect(named('webhook receive')).toMatchObject({ service: 'gateway', parentSpanId: SENDER_SPAN });
  expect(named('settle')).toMatchObject({ service: 'scoring', kind: 5, links: [TRACE] });
  expect(named('transaction')?.attributes).toEqual({ 'db.system.name': 'postgresql' });
  expect(
    ['inbox publish', 'settle', 'transaction', 'claim', 'fold', 'score', 'store', 'scores publish'].map(parentOf),
  ).toEqual([
    'webhook receive',
    'inbox publish',
    'settle',
    'transaction',
    'transaction',
    'transaction',
    'transaction',
    'settle',
  ]);
  expect(JSON.stringify(collector.spans)).not.toMatch(/Secret|lead-traced|signature/);
}, 60_000);

function nameOf(span: CollectedSpan | undefined): string | undefined {
  return span?.name;
}

import { webhookReceived, webhookStored } from '@hub/contracts';
import { sign } from '@hub/crm-ghl';
import { connectNats, tail } from '@hub/messaging';
import { startService } from '@hub/service';
import { isSampled, traceIdOf } from '@hub/telemetry';
import { testCollector, testNats, type TestServer } from '@hub/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { gateway } from './gateway-service.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SENDER = `00-${TRACE}-00f067aa0ba902b7-01`;

let nats: TestServer;

beforeAll(async () => {
  nats = await testNats();
});

afterAll(() => nats.stop());

async function start(env: NodeJS.ProcessEnv) {
  const app = await startService({
    ...gateway,
    env: { PORT: '0', LOG_LEVEL: 'silent', NATS_URL: nats.url, GHL_PUBLIC_KEYS: `spec=${spki}`, ...env },
  });
  const url = await app.getUrl();
  const post = (id: string, headers: Record<string, string> = {}): Promise<Response> => {
    const body = Buffer.from(
      JSON.stringify({ type: 'ContactCreate', locationId: 'locTrace', webhookId: id, name: 'Zoë' }),
    );
    const all = { 'content-type': 'application/json', 'x-ghl-signature': sign(privateKey, body), ...headers };
    return fetch(`${url}/webhooks/ghl`, { method: 'POST', body, headers: all });
  };
  return { app, post, url };
}

/** A tenant that sends much is in the slow lane before long. */
const everyLane = { ...webhookReceived, subject: webhookStored.subject };

/** Every stored webhook by its id, with the trace that its pack belongs to. */
async function storedTraces(last: string) {
  const connection = await connectNats({ servers: nats.url, name: 'spec' });
  const traces = new Map<string, { readonly own: string; readonly pack: string | null }>();
  for await (const { payload, traceparent } of tail(connection, everyLane, { after: 0 })) {
    for (const { eventId, traceparent: own } of payload) traces.set(eventId, { own, pack: traceparent });
    if (traces.has(last)) break;
  }
  await connection.close();
  return traces;
}

describe('with a collector', () => {
  it("tells of a webhook from its sender's trace to the disk, and hands the trace on", async () => {
    const collector = await testCollector();
    const { app, post } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    expect((await post('traced', { traceparent: SENDER })).status).toBe(200);
    await app.close();
    const ofTrace = collector.spans.filter(({ traceId }) => traceId === TRACE);
    const received = ofTrace.find(({ name }) => name === 'webhook receive');
    const published = ofTrace.find(({ name }) => name === 'inbox publish');
    expect(ofTrace).toHaveLength(2);
    expect(received).toMatchObject({
      service: 'gateway',
      kind: 2,
      parentSpanId: '00f067aa0ba902b7',
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/webhooks/ghl',
        'http.response.status_code': 200,
        'hub.outcome': 'accepted',
        'hub.tenant.id': 'locTrace',
      },
    });
    expect(published).toMatchObject({
      kind: 4,
      parentSpanId: received?.spanId,
      attributes: { 'messaging.system': 'nats', 'messaging.destination.name': 'INBOX' },
    });
    expect((await storedTraces('traced')).get('traced')).toEqual({
      own: `00-${TRACE}-${received?.spanId}-01`,
      pack: `00-${TRACE}-${published?.spanId}-01`,
    });
    expect(JSON.stringify(collector.spans)).not.toMatch(/Zo|signature/);
    await collector.stop();
  });

  it('records the share of traces it was told to, and hands on what was decided', async () => {
    const collector = await testCollector();
    const { app, post } = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_TRACES_SAMPLER_ARG: '0',
    });
    await post('not-sampled');
    await app.close();
    const traces = (await storedTraces('not-sampled')).get('not-sampled');
    expect([isSampled(traces?.own ?? ''), traces?.pack]).toEqual([false, null]);
    expect(collector.spans).toEqual([]);
    await collector.stop();
  });
});

it('is not disturbed by a collector that is away', async () => {
  const collector = await testCollector();
  await collector.stop();
  const { app, post, url } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => post(`away-${i}`)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  await app.close();
});

it('makes no spans without a collector, and continues traces all the same', async () => {
  const { app, post } = await start({});
  await post('off', { traceparent: SENDER });
  await app.close();
  const traces = (await storedTraces('off')).get('off');
  expect([traceIdOf(traces?.own ?? ''), traces?.pack]).toEqual([TRACE, null]);
});

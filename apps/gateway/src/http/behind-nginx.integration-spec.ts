import { INBOX } from '@hub/contracts';
import { sign } from '@hub/crm-ghl';
import { connectNats, type NatsConnection, streamState } from '@hub/messaging';
import { startService } from '@hub/service';
import { findNginx, testNats, testNginx, type TestServer } from '@hub/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { generateKeyPairSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { gateway } from '../gateway-service.ts';
import { sendRaw, statusesIn } from './http-for-spec.ts';
import { type Outer, REFUSED_FORMS, sized, TAKEN_FORMS } from './request-forms.sharedspec.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');

/** nginx reads a whole request before it passes it on, or passes on what it has read so far. */
const BUFFERED = '/buffered';
const STREAMED = '/streamed';

/** nginx keeps connections to the gateway open, and lets no one in but to two addresses. */
const site = (gatewayPort: number) => (port: number) =>
  `
  upstream gateway { server 127.0.0.1:${gatewayPort}; keepalive 4; }
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Host $host;
  client_header_timeout 300ms;
  client_body_timeout 300ms;
  keepalive_timeout 300ms;
  server {
    listen 127.0.0.1:${port};
    location = ${BUFFERED} { proxy_pass http://gateway/v1/events; }
    location = ${STREAMED} { proxy_pass http://gateway/v1/events; proxy_request_buffering off; }
    location / { return 403; }
  }`;

const nginx = await findNginx();
const [title, suite] =
  'path' in nginx
    ? (['behind nginx', describe] as const)
    : ([`behind nginx: not run, since there is none (${nginx.missing})`, describe.skip] as const);

suite(title, () => {
  let nats: TestServer;
  let connection: NatsConnection;
  let app: NestFastifyApplication;
  let proxy: Awaited<ReturnType<typeof testNginx>>;
  let gatewayPort: number;

  beforeAll(async () => {
    if (!('path' in nginx)) return;
    nats = await testNats();
    connection = await connectNats({ servers: nats.url, name: 'spec' });
    const own = { PORT: '0', LOG_LEVEL: 'silent', GATEWAY_REPLACES: '1', PROBE_EVERY_MS: '3600000' };
    app = await startService({ ...gateway, env: { ...own, NATS_URL: nats.url, GHL_PUBLIC_KEYS: `spec=${spki}` } });
    gatewayPort = (app.getHttpServer().address() as AddressInfo).port;
    proxy = await testNginx(nginx.path, site(gatewayPort));
  });

  afterAll(async () => {
    await proxy?.stop();
    await app?.close();
    await connection?.close();
    await nats?.stop();
  });

  /** Stored by the gateway if it gets there; nginx lets nobody in to its address. */
  function smuggled(): string {
    const body = JSON.stringify({
      type: 'ContactCreate',
      locationId: 'smuggled',
      webhookId: `smuggled-${Math.random()}`,
    });
    const headers = [`X-GHL-Signature: ${sign(privateKey, Buffer.from(body))}`, 'Connection: close'];
    return sized({ path: '/webhooks/ghl', headers, body });
  }

  const outer = (path: string): Outer => ({ path, headers: ['X-Spec: 1'], body: '{"an":"event"}' });

  async function lastSequence(): Promise<number> {
    return (await streamState(connection, INBOX)).lastSequence;
  }

  it('nothing would hide what got past it', async () => {
    const before = await lastSequence();
    expect(statusesIn(await sendRaw(gatewayPort, smuggled()))).toEqual([200]);
    expect(await lastSequence()).toBe(before + 1);
    expect(statusesIn(await sendRaw(proxy.port, smuggled()))).toEqual([403]);
    const passed = await sendRaw(proxy.port, sized({ ...outer(STREAMED), headers: ['Connection: close'] }));
    expect([statusesIn(passed), passed.includes('"code":"unauthorised"')]).toEqual([[401], true]);
  });

  describe.each([BUFFERED, STREAMED])('%s', (path) => {
    it.each([...REFUSED_FORMS, ...TAKEN_FORMS])('nothing is smuggled past it by $form', async ({ text }) => {
      const before = await lastSequence();
      await sendRaw(proxy.port, text(outer(path)) + smuggled());
      // The connections it keeps to the gateway still carry one request and its own answer at a time.
      const next = await sendRaw(proxy.port, sized({ ...outer(path), headers: ['Connection: close'] }));
      expect([statusesIn(next), next.includes('"code":"unauthorised"')]).toEqual([[401], true]);
      expect(await lastSequence()).toBe(before);
    });
  });
});

import { INBOX, type ReceivedWebhook, webhookReceived, webhookStored } from '@hub/contracts';
import { sign } from '@hub/crm-ghl';
import { connectNats, type NatsConnection, streamState, tail } from '@hub/messaging';
import { startService } from '@hub/service';
import { testNats, type TestServer } from '@hub/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { generateKeyPairSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { gateway } from '../gateway-service.ts';
import { sendRaw, statusesIn } from './http-for-spec.ts';
import { type Outer, REFUSED_FORMS, sized, TAKEN_FORMS } from './request-forms.sharedspec.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');

let nats: TestServer;
let connection: NatsConnection;
let app: NestFastifyApplication;
let port: number;
let ids = 0;

beforeAll(async () => {
  nats = await testNats();
  connection = await connectNats({ servers: nats.url, name: 'spec' });
  const own = { PORT: '0', LOG_LEVEL: 'silent', GATEWAY_REPLACES: '1', PROBE_EVERY_MS: '3600000' };
  app = await startService({ ...gateway, env: { ...own, NATS_URL: nats.url, GHL_PUBLIC_KEYS: `spec=${spki}` } });
  ({ port } = app.getHttpServer().address() as AddressInfo);
});

afterAll(async () => {
  await app.close();
  await connection.close();
  await nats.stop();
});

/** A webhook that is stored if anything takes it. */
function webhook(): Outer & { readonly id: string } {
  ids += 1;
  const id = `form-${ids}`;
  const body = JSON.stringify({ type: 'ContactCreate', locationId: id, webhookId: id });
  return { id, path: '/webhooks/ghl', headers: signed(Buffer.from(body)), body };
}

function signed(body: Buffer): string[] {
  return ['Content-Type: application/json', `X-GHL-Signature: ${sign(privateKey, body)}`];
}

const lastly = (outer: Outer): Outer => ({ ...outer, headers: [...outer.headers, 'Connection: close'] });

async function lastSequence(): Promise<number> {
  return (await streamState(connection, INBOX)).lastSequence;
}

async function storedAfter(after: number): Promise<ReceivedWebhook[]> {
  const upTo = await lastSequence();
  const stored: ReceivedWebhook[] = [];
  if (upTo === after) return stored;
  for await (const { sequence, payload } of tail(
    connection,
    { ...webhookReceived, subject: webhookStored.subject },
    { after },
  )) {
    stored.push(...payload);
    if (sequence >= upTo) break;
  }
  return stored;
}

async function counted(outcome: string): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(
    new RegExp(`^gateway_webhooks_total\\{outcome="${outcome}"[^}]*\\} (\\d+)$`, 'm').exec(metrics)?.[1] ?? 0,
  );
}

const OUTCOMES: Readonly<Record<number, string>> = { 400: 'badRequest', 413: 'bodyTooLarge', 431: 'headersTooLarge' };

describe('a request that two parsers may read differently', () => {
  it.each(REFUSED_FORMS)('is refused, counted, and nothing after it is served: $form', async ({ status, text }) => {
    const before = await lastSequence();
    const outcome = OUTCOMES[status] ?? '';
    const countedBefore = await counted(outcome);
    const received = await sendRaw(port, text(webhook()) + sized(webhook()));
    expect(statusesIn(received)).toEqual([status]);
    expect(received).toContain(`"code":"${outcome}"`);
    expect(received).toMatch(/^connection: close\r$/im);
    expect(received).not.toMatch(/node_modules|\.[jt]s:\d/);
    expect(await lastSequence()).toBe(before);
    expect(await counted(outcome)).toBe(countedBefore + 1);
  });

  it.each(REFUSED_FORMS)('does not keep the answer from one before it: $form', async ({ status, text }) => {
    const first = webhook();
    const received = await sendRaw(port, sized(first) + text(webhook()) + sized(webhook()));
    expect(statusesIn(received)).toEqual([200, status]);
    expect(received).toContain(first.id);
  });
});

describe('a request of an unusual form', () => {
  it.each(TAKEN_FORMS)('is taken as it is, and so is the one after it: $form', async ({ status, text }) => {
    const before = await lastSequence();
    const [first, second] = [webhook(), webhook()];
    const received = await sendRaw(port, text(first) + sized(lastly(second)));
    expect(statusesIn(received)).toEqual([status, 200]);
    const stored = await storedAfter(before);
    expect(stored.map(({ body }) => Buffer.from(body).toString()).toSorted()).toEqual(
      [first.body, second.body].toSorted(),
    );
  });
});

describe('the bytes of a body', () => {
  const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

  it.each<[string, Buffer]>([
    ['every byte there is', every],
    ['UTF-8 that is none', Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0xf4, 0x90, 0x80, 0x80])],
    ['a byte order mark, and CRLF at both ends', Buffer.from('\r\n\u{FEFF}{"webhookId":"bom"}\r\n')],
    ['letters beyond ASCII, composed in two ways', Buffer.from('{"webhookId":"nfc","name":"Zoë Zoe\u0308 \u{1F3E0}"}')],
    ['numbers that no double holds', Buffer.from('{"webhookId":"big","value":12345678901234567890.10}')],
    ['a key twice', Buffer.from('{"webhookId":"a","webhookId":"b","__proto__":{}}')],
    ['the end of a chunk within it', Buffer.from('{"webhookId":"crlf"}\r\n0\r\n\r\n')],
    ['nothing', Buffer.alloc(0)],
  ])('are what is checked and stored: %s', async (_, body) => {
    const before = await lastSequence();
    const chunksOf = (size: number): string => {
      const parts = Array.from({ length: Math.ceil(body.length / size) }, (_part, at) =>
        body.subarray(at * size, (at + 1) * size),
      );
      return `${parts.map((part) => `${part.length.toString(16)}\r\n${part.toString('latin1')}\r\n`).join('')}0\r\n\r\n`;
    };
    const head = ['POST /webhooks/ghl HTTP/1.1', 'Host: hub.example', ...signed(body), 'Connection: close'];
    const sent = [
      [...head, `Content-Length: ${body.length}`, '', body.toString('latin1')],
      [...head, 'Transfer-Encoding: chunked', '', chunksOf(1)],
      [...head, 'Transfer-Encoding: chunked', '', chunksOf(7)],
    ];
    for (const lines of sent) expect(statusesIn(await sendRaw(port, lines.join('\r\n')))).toEqual([200]);
    // Three times the same, and so stored once.
    const stored = await storedAfter(before);
    expect(stored.map((each) => Buffer.from(each.body).toString('hex'))).toEqual([body.toString('hex')]);
  });
});

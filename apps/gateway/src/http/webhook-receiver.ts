import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SourceRequest } from '@hub/sources';
import type { Target } from '../admit-request.ts';
import { type Admission, type Answer, answerTo, discreet, type Refusal } from '../answers.ts';
import type { LoadGuard } from './load-guard.ts';
import { type Body, readBody } from './read-body.ts';
import type { Receiver } from './strict-server.ts';
import { type WebhookUrl, webhookUrlOf } from './webhook-target.ts';

export interface ReceiverOptions {
  readonly maxBodyBytes: number;
  readonly guard: LoadGuard;
  readonly admit: (target: Target, request: SourceRequest) => Promise<Admission>;
  /** Told about every request that could not be read. */
  readonly onUnread: (outcome: Refusal) => void;
  readonly onError: (error: unknown) => void;
  /** Whether connections are to end: a sender that keeps its own open would otherwise hold up the stop. */
  readonly isClosing: () => boolean;
}

const UNREAD = {
  tooLarge: 'bodyTooLarge',
  noRoom: 'overloaded',
  slow: 'slowClient',
  malformed: 'badRequest',
} as const satisfies Record<Exclude<Body['kind'], 'whole' | 'gone'>, Refusal>;

/**
 * Answers what is sent to the URLs of webhooks, on Node's own server: signatures are over the raw bytes, so nothing may
 * parse them first, and what a framework does for each request would cost as much as all that is done here.
 */
export function webhookReceiver(options: ReceiverOptions): Receiver {
  return (request, response) => {
    const url = webhookUrlOf(request.url ?? '');
    if (url === null) return false;
    if (request.method === 'POST') receive(options, url, request, response);
    else send(options, response, answerTo({ outcome: 'methodNotAllowed' }), ['allow', 'POST']);
    return true;
  };
}

function receive(options: ReceiverOptions, url: WebhookUrl, request: IncomingMessage, response: ServerResponse): void {
  const { maxBodyBytes: maxBytes, guard } = options;
  if (guard.isFull || guard.hasTooManyConnections) {
    refuseUnread(options, 'overloaded', response);
    return;
  }
  readBody(request, { maxBytes, guard }, (body) => {
    if (body.kind === 'whole') void answer(options, url, request.headers, body.bytes, response);
    else if (body.kind !== 'gone') refuseUnread(options, UNREAD[body.kind], response);
  });
}

async function answer(
  options: ReceiverOptions,
  { target, pathToken, isPublic }: WebhookUrl,
  headers: IncomingMessage['headers'],
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  try {
    const told = answerTo(await options.admit(target, { headers, body, pathToken, nowMs: Date.now() }));
    send(options, response, isPublic ? told : discreet(told));
  } catch (error) {
    options.onError(error);
    options.onUnread('internal');
    send(options, response, answerTo({ outcome: 'internal' }));
  } finally {
    options.guard.release(body.length);
  }
}

/**
 * What is left of the body would be read for nothing: the connection ends with the answer. Where the sender is to come again it
 * does so only when there are too many of them: a sender cut off while it still sends might never read what it was told.
 */
function refuseUnread(options: ReceiverOptions, outcome: Refusal, response: ServerResponse): void {
  options.onUnread(outcome);
  const keeps = outcome === 'overloaded' && !options.guard.hasTooManyConnections;
  send(options, response, answerTo({ outcome }), keeps ? [] : ['connection', 'close']);
}

function send(
  { isClosing }: Pick<ReceiverOptions, 'isClosing'>,
  response: ServerResponse,
  { status, retryAfterSeconds, body }: Answer,
  more: readonly string[] = [],
): void {
  const text = JSON.stringify(body);
  const headers = [
    'content-type',
    'application/json; charset=utf-8',
    'content-length',
    String(Buffer.byteLength(text)),
    ...more,
  ];
  if (retryAfterSeconds !== undefined) headers.push('retry-after', String(retryAfterSeconds));
  if (isClosing()) headers.push('connection', 'close');
  response.writeHead(status, headers).end(text);
}

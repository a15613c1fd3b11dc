import { request } from 'node:http';
import { WebSocket } from 'ws';
import { parseEvents, type SentEvent } from './recording-line-for-spec.ts';

export interface ClientOptions {
  readonly port: number;
  readonly path: string;
  readonly headers?: Record<string, string>;
}

/** What a server answered instead of a stream. */
export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

export interface SseClient {
  readonly answer: Answer;
  readonly text: () => string;
  readonly events: () => SentEvent[];
  readonly ended: () => boolean;
  close(): void;
}

/** Opens a stream of events; for a refusal the answer has the whole body. */
export async function openSse({ port, path, headers = {} }: ClientOptions): Promise<SseClient> {
  const { promise, resolve, reject } = Promise.withResolvers<SseClient>();
  const sent = request({ port, path, headers, agent: false }, (response) => {
    let text = '';
    let ended = false;
    response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    response.on('close', () => (ended = true));
    const client: SseClient = {
      get answer() {
        return { status: response.statusCode ?? 0, headers: response.headers, body: text };
      },
      text: () => text,
      events: () => parseEvents(text),
      ended: () => ended,
      close: () => response.destroy(),
    };
    if (response.statusCode === 200) resolve(client);
    else response.on('end', () => resolve(client));
  });
  sent.on('error', reject);
  sent.end();
  return promise;
}

export interface WsClient {
  readonly refusal: Answer | null;
  readonly messages: () => Record<string, unknown>[];
  readonly closed: () => number | null;
  readonly socket: WebSocket;
}

export async function openWs({ port, path, headers = {} }: ClientOptions): Promise<WsClient> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers, perMessageDeflate: false });
  const messages: Record<string, unknown>[] = [];
  let closed: number | null = null;
  socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString()) as Record<string, unknown>));
  socket.on('close', (code) => (closed = code));
  const { promise, resolve, reject } = Promise.withResolvers<Answer | null>();
  socket.on('open', () => resolve(null));
  socket.on('error', reject);
  socket.on('unexpected-response', (_, response) => {
    let body = '';
    response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
  });
  return { refusal: await promise, messages: () => messages, closed: () => closed, socket };
}

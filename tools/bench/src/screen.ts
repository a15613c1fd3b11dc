import { parentPort, workerData } from 'node:worker_threads';
import { WebSocket } from 'ws';

/** What the screens' thread is started with. */
export interface ScreenOptions {
  /** One per tenant. */
  readonly urls: readonly string[];
  readonly cookie: string;
  readonly origin: string;
}

/** Told by the screens' thread; `atMs` is epoch ms with fractions, comparable between threads. */
export type ScreenMessage =
  | { readonly kind: 'open' }
  | { readonly kind: 'scores'; readonly atMs: number; readonly eventIds: readonly string[] }
  | { readonly kind: 'closed'; readonly code: number };

interface Frame {
  type: string;
  scores?: { eventIds: string[] }[];
}

/** WebSocket clients in a thread of their own: what they parse does not delay the generator. */
function watch(options: ScreenOptions, tell: (message: ScreenMessage) => void): void {
  let open = 0;
  for (const url of options.urls) {
    const socket = new WebSocket(url, { headers: { cookie: options.cookie }, origin: options.origin });
    socket.on('message', (data: Buffer) => {
      const atMs = performance.timeOrigin + performance.now();
      const frame: Frame = JSON.parse(data.toString());
      if (frame.type === 'hello' && ++open === options.urls.length) tell({ kind: 'open' });
      if (frame.scores !== undefined) {
        tell({ kind: 'scores', atMs, eventIds: frame.scores.flatMap((score) => score.eventIds) });
      }
    });
    socket.on('close', (code) => tell({ kind: 'closed', code }));
    socket.on('error', (error) => {
      throw error;
    });
  }
}

watch(workerData as ScreenOptions, (message) => parentPort?.postMessage(message));

import { sealSession, SESSION_COOKIE } from '@hub/session';
import type { Hub } from './hub.ts';

const SIGNED_IN_MS = 86_400_000;

interface Lead {
  readonly eventIds: readonly string[];
}

/** Watches tenants as pages do, over server-sent events, and remembers when the score behind each webhook came. */
export class Screens {
  /** By event id, on `performance.now()`'s clock. */
  readonly shownAtMs = new Map<string, number>();
  readonly #closing = new AbortController();

  /** @throws Error when a stream does not open. */
  static async open({ stack }: Pick<Hub, 'stack'>, tenants: readonly string[]): Promise<Screens> {
    const screens = new Screens();
    const expiresAtMs = Date.now() + SIGNED_IN_MS;
    const session = { userId: 'drill', name: 'Drill', tenants: '*' as const, expiresAtMs };
    const cookie = `${SESSION_COOKIE}=${sealSession(stack.env.SESSION_SECRET, session)}`;
    await Promise.all(tenants.map((tenant) => screens.#watch(`${stack.urls.stream}/stream?tenant=${tenant}`, cookie)));
    return screens;
  }

  close(): void {
    this.#closing.abort();
  }

  async #watch(url: string, cookie: string): Promise<void> {
    const response = await fetch(url, { headers: { cookie }, signal: this.#closing.signal });
    if (!response.ok || response.body === null) throw new Error(`a screen was answered ${response.status}`);
    void this.#read(response.body).catch((error: unknown) => {
      // Closed by us: what else ends a stream shows as scores that never came.
      if (!this.#closing.signal.aborted) throw error;
    });
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let seen = '';
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      const atMs = performance.now();
      const events = (seen + text).split('\n\n');
      seen = events.pop() ?? '';
      for (const eventId of events.flatMap(eventIdsIn)) {
        if (!this.shownAtMs.has(eventId)) this.shownAtMs.set(eventId, atMs);
      }
    }
  }
}

/** The webhooks behind one server-sent event; none unless it brings scores. */
function eventIdsIn(event: string): readonly string[] {
  const data = /^event: scores\ndata: (.*)$/m.exec(event)?.[1];
  if (data === undefined) return [];
  return (JSON.parse(data) as readonly Lead[]).flatMap(({ eventIds }) => eventIds);
}

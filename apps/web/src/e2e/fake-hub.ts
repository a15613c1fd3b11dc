import { createReadStream, existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { Band } from '@hub/contracts';
import { type Counts, countsOf, isIn } from '../queue/views.ts';
import { type DemoLead, demoLeads, reasonsOf, rescored, rowOf } from './demo-leads.ts';
import { FakeRealtime } from './fake-realtime.ts';

const DIST = join(import.meta.dirname, '..', '..', 'dist');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

export const TENANTS = [
  { id: 'maple', name: 'Maple Realty' },
  { id: 'harbour', name: 'Harbour Homes and Estates of the North Shore' },
] as const;

/** The services the page talks to, in one process and with faults on request: API and files on one port, streams on another. */
export class FakeHub {
  readonly realtime = new FakeRealtime();
  readonly #leads = new Map<string, DemoLead>();
  readonly #page: Server;
  readonly #streams: Server;
  signedIn = true;
  /** Requests for anything but files are answered with this status when it is not null. */
  failWith: number | null = null;

  private constructor() {
    this.#page = createServer((request, response) => this.#answer(request, response));
    this.#streams = createServer((request, response) => this.realtime.answer(request, response));
  }

  /** @throws Error when the page was not built. */
  static async start(count: number): Promise<FakeHub> {
    if (!existsSync(join(DIST, 'index.html'))) throw new Error('build the page first: npm run build -w @hub/web');
    const hub = new FakeHub();
    for (const lead of demoLeads('maple', count, Date.now())) hub.#leads.set(lead.profile.leadId, lead);
    await Promise.all([listen(hub.#page), listen(hub.#streams)]);
    return hub;
  }

  async stop(): Promise<void> {
    await Promise.all([close(this.#page), close(this.#streams)]);
  }

  get url(): string {
    return originOf(this.#page);
  }

  /** The lead with the best odds, the second best, and so on. */
  ranked(place: number): DemoLead {
    const lead = [...this.#leads.values()]
      .filter((lead) => isIn('now', rowOf(lead)))
      .toSorted((a, b) => b.profile.conversion.probability - a.profile.conversion.probability)[place];
    if (lead === undefined) throw new RangeError(`there is no lead at place ${place}`);
    return lead;
  }

  firstOf(band: Band): DemoLead {
    const lead = [...this.#leads.values()].find(({ profile }) => profile.band === band && profile.stage !== 'lost');
    if (lead === undefined) throw new RangeError(`no lead is ${band}`);
    return lead;
  }

  profile(leadId: string): DemoLead['profile'] {
    return this.lead(leadId).profile;
  }

  counts(): Counts {
    return countsOf([...this.#leads.values()].map((lead) => rowOf(lead)));
  }

  /** Stores a lead as it is given, and pushes it. */
  publishNew(lead: DemoLead): void {
    this.#leads.set(lead.profile.leadId, lead);
    this.realtime.publish([rowOf(lead)]);
  }

  /** Decides anew on a lead: stored and pushed, as scoring does. */
  rescore(leadId: string, contribution: number): DemoLead {
    const next = rescored(this.lead(leadId), contribution, Date.now());
    this.publishNew(next);
    return next;
  }

  lead(leadId: string): DemoLead {
    const lead = this.#leads.get(leadId);
    if (lead === undefined) throw new RangeError(`there is no lead ${leadId}`);
    return lead;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://fake');
    if (!url.pathname.startsWith('/api/')) {
      this.#file(url.pathname, response);
      return;
    }
    if (url.pathname === '/api/signout') this.signedIn = false;
    if (!this.signedIn) json(response, 401, { error: { code: 'notSignedIn', message: 'sign in first' } });
    else if (this.failWith !== null) {
      json(response, this.failWith, { error: { code: 'unavailable', message: 'The database does not answer.' } });
    } else this.#api(url, response);
  }

  #api(url: URL, response: ServerResponse): void {
    const [, , area, tenantId, , leadId, part] = url.pathname.split('/');
    const lead = this.#leads.get(leadId ?? '');
    if (area === 'me') {
      const realtimeUrl = originOf(this.#streams);
      json(response, 200, { user: { name: 'Jo Reyes' }, tenants: TENANTS, realtimeUrl, serverNowMs: Date.now() });
    } else if (leadId === undefined) json(response, 200, this.#list(tenantId, url.searchParams));
    else if (lead === undefined) json(response, 404, { error: { code: 'leadNotFound', message: 'no such lead' } });
    else if (part === 'reasons') json(response, 200, reasonsOf(lead));
    else if (part === 'events') json(response, 200, { events: lead.timeline, nextCursor: null });
    else json(response, 200, lead.profile);
  }

  #list(tenantId: string | undefined, query: URLSearchParams): unknown {
    const from = Number(query.get('cursor') ?? 0);
    const to = from + Number(query.get('limit'));
    const leads = tenantId === 'maple' ? [...this.#leads.values()] : [];
    return {
      serverNowMs: Date.now(),
      sequence: this.realtime.sequence,
      leads: leads.slice(from, to).map((lead) => rowOf(lead)),
      nextCursor: to < leads.length ? String(to) : null,
    };
  }

  #file(path: string, response: ServerResponse): void {
    const file = join(DIST, path === '/' ? 'index.html' : path);
    if (!file.startsWith(DIST) || !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ${originOf(this.#streams)}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
    });
    createReadStream(file).pipe(response);
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

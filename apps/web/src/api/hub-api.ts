import {
  fieldsOf,
  isNumber,
  isText,
  listOf,
  readProfile,
  readReasonLinks,
  readRow,
  readTimelineEntry,
} from './guards.ts';
import type { Profile, ReasonLinks, Row, TimelineEntry } from './rows.ts';

/** What asking the server can come to; only `ok` carries data. `message` is written for the person at the screen. */
export type Answer<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'signedOut' }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'failed'; readonly message: string };

export interface Tenant {
  readonly id: string;
  readonly name: string;
}

export interface Me {
  readonly userName: string;
  readonly tenants: readonly Tenant[];
  readonly realtimeUrl: string;
  /** Where the CRM posts to; null when the server does not say. */
  readonly webhookUrl: string | null;
  readonly serverNowMs: number;
}

export interface LeadsPage {
  readonly serverNowMs: number;
  /** Sequence of the score stream that these rows are at least as new as. */
  readonly sequence: number;
  readonly rows: readonly Row[];
  readonly nextCursor: string | null;
}

export interface TimelinePage {
  readonly entries: readonly TimelineEntry[];
  readonly nextCursor: string | null;
}

const DEADLINE_MS = 15_000;
const UNREADABLE = 'The server sent something this page cannot read. Reloading the page may help.';

/** The REST API, with the session cookie of the browser. */
export class HubApi {
  me(): Promise<Answer<Me>> {
    return ask('/api/me', readMe);
  }

  leads(tenantId: string, limit: number, cursor: string | null, signal?: AbortSignal): Promise<Answer<LeadsPage>> {
    const query = new URLSearchParams({ view: 'all', limit: String(limit), ...(cursor !== null && { cursor }) });
    return ask(`${tenantPath(tenantId)}/leads?${query}`, readLeadsPage, signal);
  }

  lead(tenantId: string, leadId: string, signal?: AbortSignal): Promise<Answer<Profile>> {
    return ask(leadPath(tenantId, leadId), readProfile, signal);
  }

  /** Which events the reasons of the decision that stands come from. */
  reasonLinks(tenantId: string, leadId: string, signal?: AbortSignal): Promise<Answer<ReasonLinks>> {
    return ask(`${leadPath(tenantId, leadId)}/reasons`, readReasonLinks, signal);
  }

  events(
    tenantId: string,
    leadId: string,
    limit: number,
    cursor: string | null,
    signal?: AbortSignal,
  ): Promise<Answer<TimelinePage>> {
    const query = new URLSearchParams({ limit: String(limit), ...(cursor !== null && { cursor }) });
    return ask(`${leadPath(tenantId, leadId)}/events?${query}`, readTimelinePage, signal);
  }

  signOut(): Promise<Answer<true>> {
    return ask('/api/signout', () => true as const, undefined, 'POST');
  }
}

function tenantPath(tenantId: string): string {
  return `/api/tenants/${encodeURIComponent(tenantId)}`;
}

function leadPath(tenantId: string, leadId: string): string {
  return `${tenantPath(tenantId)}/leads/${encodeURIComponent(leadId)}`;
}

async function ask<T>(
  path: string,
  read: (raw: unknown) => T | null,
  signal?: AbortSignal,
  method = 'GET',
): Promise<Answer<T>> {
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  try {
    const response = await fetch(path, {
      method,
      headers: { accept: 'application/json' },
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    });
    if (response.status === 401) return { kind: 'signedOut' };
    if (response.status === 404) return { kind: 'notFound' };
    const raw: unknown = response.status === 204 ? null : await response.json();
    if (!response.ok) return { kind: 'failed', message: messageOf(raw) ?? `The server answered ${response.status}.` };
    const value = read(raw);
    return value === null ? { kind: 'failed', message: UNREADABLE } : { kind: 'ok', value };
  } catch (error) {
    if (error instanceof SyntaxError) return { kind: 'failed', message: UNREADABLE };
    // Aborted by the caller, who no longer listens, or the network is away: both look like this.
    return { kind: 'failed', message: 'The server cannot be reached.' };
  }
}

function messageOf(raw: unknown): string | null {
  const message = fieldsOf(fieldsOf(raw)?.['error'])?.['message'];
  return isText(message) ? message : null;
}

function readMe(raw: unknown): Me | null {
  const fields = fieldsOf(raw);
  const userName = fieldsOf(fields?.['user'])?.['name'];
  if (fields === null || !isText(userName)) return null;
  const { realtimeUrl, serverNowMs, webhookUrl } = fields;
  if (!isText(realtimeUrl) || !isNumber(serverNowMs)) return null;
  return {
    userName,
    tenants: listOf(fields['tenants'], readTenant),
    realtimeUrl,
    webhookUrl: isText(webhookUrl) ? webhookUrl : null,
    serverNowMs,
  };
}

function readTenant(raw: unknown): Tenant | null {
  const fields = fieldsOf(raw);
  if (!isText(fields?.['id'])) return null;
  return { id: fields['id'], name: isText(fields['name']) ? fields['name'] : fields['id'] };
}

function readLeadsPage(raw: unknown): LeadsPage | null {
  const fields = fieldsOf(raw);
  if (fields === null || !isNumber(fields['serverNowMs']) || !isNumber(fields['sequence'])) return null;
  return {
    serverNowMs: fields['serverNowMs'],
    sequence: fields['sequence'],
    rows: listOf(fields['leads'], readRow),
    nextCursor: isText(fields['nextCursor']) ? fields['nextCursor'] : null,
  };
}

function readTimelinePage(raw: unknown): TimelinePage | null {
  const fields = fieldsOf(raw);
  if (fields === null || !Array.isArray(fields['events'])) return null;
  return {
    entries: listOf(fields['events'], readTimelineEntry),
    nextCursor: isText(fields['nextCursor']) ? fields['nextCursor'] : null,
  };
}

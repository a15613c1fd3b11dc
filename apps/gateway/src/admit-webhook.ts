import { Overloaded } from '@hub/messaging';
import type { IncomingEvent, Source, SourceRequest } from '@hub/sources';
import { continueTrace } from '@hub/telemetry';
import type { ReceivedWebhook } from '@hub/contracts';
import type { Admission } from './admission.ts';
import { keptHeaders } from './kept-headers.ts';

export interface AdmitParts {
  readonly inbox: { send(webhook: ReceivedWebhook): Promise<void> };
}

/**
 * Takes one request: checks who sent it and has what it carries stored. What it says is not looked into here: a body
 * that nobody understands is stored like any other, so that it can be replayed after a fix.
 */
export async function admitWebhook(parts: AdmitParts, source: Source, request: SourceRequest): Promise<Admission> {
  const verdict = await source.verify(request);
  if (!verdict.ok) return { kind: 'refused', reason: verdict.reason };
  const webhooks = source.read(request).map((event) => received(event, source, request));
  try {
    await Promise.all(webhooks.map((webhook) => parts.inbox.send(webhook)));
    return { kind: 'accepted', eventIds: webhooks.map(({ eventId }) => eventId) };
  } catch (error) {
    return { kind: 'notNow', reason: error instanceof Overloaded ? 'overloaded' : 'notStored' };
  }
}

function received(event: IncomingEvent, source: Source, { headers, nowMs }: SourceRequest): ReceivedWebhook {
  return {
    eventId: event.eventId,
    tenantId: event.tenantId,
    source: source.kind,
    sourceId: source.id,
    receivedAtMs: nowMs,
    headers: keptHeaders(headers),
    traceparent: continueTrace(traceparentOf(headers)),
    body: event.body,
  };
}

function traceparentOf(headers: SourceRequest['headers']): string | undefined {
  const value = headers['traceparent'];
  return typeof value === 'string' ? value : undefined;
}

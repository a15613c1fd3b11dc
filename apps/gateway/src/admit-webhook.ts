import type { ReceivedWebhook } from '@hub/contracts';
import { Overloaded, type Sent } from '@hub/messaging';
import type { IncomingEvent, Source, SourceRequest } from '@hub/sources';
import { continueTrace } from '@hub/telemetry';
import type { Admission } from './answers.ts';
import { duplicateKey, type Duplicates, type DuplicateSeen } from './duplicates.ts';
import { keptHeaders } from './kept-headers.ts';
import type { Lane } from './lanes/lane-chooser.ts';
import type { Quarantine } from './quarantine.ts';

export interface AdmitParts extends AdmitSignedParts {
  readonly quarantine: Pick<Quarantine, 'matched' | 'refuse'>;
  /** A key of a source made the signature of a request. */
  readonly onKeyUsed: (sourceId: string, keyId: string, nowMs: number) => void;
  /** A signature was checked, which took that long: waiting for a thread included. */
  readonly onChecked: (seconds: number) => void;
}

/** What a request passes once it is known who signed it. */
export interface AdmitSignedParts {
  readonly duplicates: Pick<Duplicates, 'once'>;
  /** Counts one webhook of a tenant (null: the body names none). */
  readonly laneOf: (tenantId: string | null) => Lane;
  readonly inbox: { send(webhook: ReceivedWebhook, lane: Lane, isNeedless?: () => boolean): Promise<Sent> };
  readonly onDuplicate: DuplicateSeen;
}

/** A request as it is admitted. */
export interface AdmittedRequest extends SourceRequest {
  /** Of the span that times it, where traces are recorded. */
  readonly traceparent?: string;
}

/**
 * Takes one request: checks who sent it and has what it carries stored. What it says is not looked into here: a body
 * that nobody understands is stored like any other, so that it can be replayed after a fix.
 */
export async function admitWebhook(parts: AdmitParts, source: Source, request: AdmittedRequest): Promise<Admission> {
  const startedMs = performance.now();
  const verdict = await source.verify(request);
  parts.onChecked((performance.now() - startedMs) / 1_000);
  if (!verdict.ok) return parts.quarantine.refuse(source, request, verdict.reason);
  parts.quarantine.matched(source.id, request.nowMs);
  parts.onKeyUsed(source.id, verdict.keyId, request.nowMs);
  return admitSigned(parts, source, request);
}

/** The rest of the way, for a request whose signature was checked. Never rejects. */
export async function admitSigned(
  parts: AdmitSignedParts,
  source: Source,
  request: AdmittedRequest,
): Promise<Admission> {
  const events = source.read(request);
  const [first] = events;
  if (events.length === 1 && first !== undefined) return admitEvent(parts, first, source, request);
  return together(await Promise.all(events.map((event) => admitEvent(parts, event, source, request))));
}

async function admitEvent(
  parts: AdmitSignedParts,
  event: IncomingEvent,
  source: Source,
  request: AdmittedRequest,
): Promise<Admission> {
  const { eventId, tenantId } = event;
  const { nowMs } = request;
  let lane: Lane | null = null;
  const store = (isNeedless?: () => boolean): Promise<Sent> => {
    lane = parts.laneOf(tenantId);
    return parts.inbox.send(received(event, source, request), lane, isNeedless);
  };
  try {
    const firstSeenAtMs = await parts.duplicates.once(duplicateKey(source.id, tenantId, eventId), nowMs, store);
    if (firstSeenAtMs === null)
      return { outcome: lane === 'slow' ? 'slowed' : 'accepted', eventIds: [eventId], tenantId };
    parts.onDuplicate({ tenantId, eventId, firstSeenAtMs, seenAtMs: nowMs });
    return { outcome: 'duplicate', eventIds: [eventId], firstSeenAtMs, tenantId };
  } catch (error) {
    return { outcome: error instanceof Overloaded ? 'overloaded' : 'notStored', tenantId };
  }
}

/** One answer for several events. Unless all are stored, all must come again: those that are will be duplicates then. */
function together(admissions: readonly Admission[]): Admission {
  const refused = admissions.find((each) => !('eventIds' in each));
  if (refused !== undefined) return refused;
  const stored = admissions.filter((each) => 'eventIds' in each);
  const eventIds = stored.flatMap((each) => each.eventIds);
  const tenantId = stored[0]?.tenantId ?? null;
  const copies = stored.filter((each) => each.outcome === 'duplicate');
  if (copies.length > 0 && copies.length === stored.length) {
    const firstSeenAtMs = Math.min(...copies.map((copy) => copy.firstSeenAtMs));
    return { outcome: 'duplicate', eventIds, firstSeenAtMs, tenantId };
  }
  return { outcome: stored.some((each) => each.outcome === 'slowed') ? 'slowed' : 'accepted', eventIds, tenantId };
}

function received(event: IncomingEvent, source: Source, request: AdmittedRequest): ReceivedWebhook {
  const { headers, nowMs, traceparent } = request;
  return {
    eventId: event.eventId,
    tenantId: event.tenantId,
    source: source.kind,
    sourceId: source.id,
    receivedAtMs: nowMs,
    headers: keptHeaders(headers, source.signedHeaders),
    traceparent: traceparent ?? continueTrace(traceparentOf(headers)),
    body: event.body,
  };
}

/** What the sender says it is a part of. */
export function traceparentOf(headers: SourceRequest['headers']): string | undefined {
  const value = headers['traceparent'];
  return typeof value === 'string' ? value : undefined;
}

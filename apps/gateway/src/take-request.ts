import type { Source, SourceRequest } from '@hub/sources';
import type { Tracing } from '@hub/telemetry';
import { admitRequest, type Target } from './admit-request.ts';
import { type AdmitParts, type AdmittedRequest, admitWebhook } from './admit-webhook.ts';
import type { AnswerTally } from './answer-tally.ts';
import type { Admission, Refusal } from './answers.ts';
import type { GatewayMetrics } from './gateway-metrics.ts';
import { beginRequestSpan, endRequestSpan } from './request-span.ts';
import type { SourceDirectory } from './source-directory.ts';

export interface TakeParts extends AdmitParts {
  readonly directory: Pick<SourceDirectory, 'find'>;
  readonly tally: Pick<AnswerTally, 'answered'>;
  /** A webhook that should have been stored was not. */
  readonly onNotStored: () => void;
  readonly metrics: Pick<GatewayMetrics, 'webhooks' | 'answered'>;
  readonly tracing: Pick<Tracing, 'begin'>;
}

const NO_BODY = Buffer.alloc(0);

/** Admits a request, and counts how it is answered. */
export async function takeRequest(parts: TakeParts, target: Target, request: SourceRequest): Promise<Admission> {
  const startedMs = performance.now();
  const span = beginRequestSpan(parts.tracing, request);
  const traced: AdmittedRequest = span === null ? request : { ...request, traceparent: span.traceparent };
  let source: Source | null = null;
  const admit = (found: Source): Promise<Admission> => {
    source = found;
    return admitWebhook(parts, found, traced);
  };
  const admission = await admitRequest(parts.directory, admit, target, traced);
  const latencyMs = performance.now() - startedMs;
  if (span !== null) endRequestSpan(span, { target, request, admission, source });
  if (isOwnProbe(source, admission)) return admission;
  if (admission.outcome === 'notStored') parts.onNotStored();
  parts.metrics.answered(admission.outcome, latencyMs / 1_000);
  parts.tally.answered({ admission, source, body: request.body, atMs: request.nowMs, latencyMs });
  return admission;
}

/** A gateway that asks itself is no traffic of anyone. What a stranger sends to that address is, and bears no signature. */
function isOwnProbe(source: Source | null, { tenantId }: Admission): boolean {
  return source?.kind === 'probe' && tenantId !== undefined;
}

/** Counts a request that was refused before it had been read. */
export function refuseUnread({ metrics, tally }: TakeParts, outcome: Refusal, nowMs: number): void {
  metrics.webhooks.inc({ outcome });
  tally.answered({ admission: { outcome }, source: null, body: NO_BODY, atMs: nowMs, latencyMs: 0 });
}

import { GHL_SOURCE_ID, type SourceRequest } from '@hub/sources';
import type { Span, Tracing } from '@hub/telemetry';
import type { Target } from './admit-request.ts';
import { traceparentOf } from './admit-webhook.ts';
import { ANSWERS } from './answers.ts';
import type { Answered } from './answer-tally.ts';

/** Continues the sender's trace where it names one. */
export function beginRequestSpan(tracing: Pick<Tracing, 'begin'>, request: SourceRequest): Span | null {
  return tracing.begin('webhook receive', { kind: 'server', traceparent: traceparentOf(request.headers) });
}

interface Ended extends Pick<Answered, 'admission' | 'source'> {
  readonly target: Target;
  readonly request: SourceRequest;
}

/** Paths are told as patterns: a token in one is a secret. What a stranger sent names nobody. */
export function endRequestSpan(span: Span, { target, request, admission, source }: Ended): void {
  span.set({
    'http.request.method': 'POST',
    'http.route': routeOf(target, request),
    'http.request.body.size': request.body.length,
    'http.response.status_code': ANSWERS[admission.outcome].status,
    'hub.outcome': admission.outcome,
    ...(source !== null && { 'hub.source.kind': source.kind, 'hub.source.id': source.id }),
    // Known only where a signature matched.
    ...(typeof admission.tenantId === 'string' && { 'hub.tenant.id': admission.tenantId }),
  });
  span.end();
}

function routeOf(target: Target, { pathToken }: SourceRequest): string {
  if (target === 'eventsApi') return '/v1/events';
  if (target.sourceId === GHL_SOURCE_ID) return '/webhooks/ghl';
  return pathToken === null ? '/webhooks/:sourceId' : '/webhooks/:sourceId/:token';
}

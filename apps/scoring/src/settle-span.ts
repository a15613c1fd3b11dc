import { INBOX, leadScored, SCORES } from '@hub/contracts';
import type { Span, SpanOptions, Tracing } from '@hub/telemetry';
import type { Pack } from './packs.ts';

/** A batch belongs to many traces: it goes on with the first pack's and links to those of all its webhooks. */
export function beginSettleSpan(tracing: Tracing, packs: readonly Pack[]): Span | null {
  return tracing.beginForMany('settle', {
    kind: 'consumer',
    traceparents: () => [
      ...packs.map((pack) => pack.traceparent ?? null),
      ...packs.flatMap(({ webhooks }) => webhooks.map(({ traceparent }) => traceparent)),
    ],
    attributes: {
      'messaging.system': 'nats',
      'messaging.operation.type': 'process',
      'messaging.operation.name': 'settle',
      'messaging.destination.name': INBOX.name,
      'messaging.batch.message_count': packs.length,
      'hub.webhooks': packs.reduce((sum, { webhooks }) => sum + webhooks.length, 0),
    },
  });
}

/** A step that is statements on Postgres, told by what they do. */
export const IN_DATABASE: SpanOptions = { kind: 'client', attributes: { 'db.system.name': 'postgresql' } };
/** A step that computes. */
export const IN_PROCESS: SpanOptions = { kind: 'internal' };

export function publishingScores(tenants: number): SpanOptions {
  return {
    kind: 'producer',
    attributes: {
      'messaging.system': 'nats',
      'messaging.operation.type': 'send',
      'messaging.operation.name': 'publish',
      'messaging.destination.name': SCORES.name,
      'messaging.destination.template': leadScored.subject,
      'messaging.batch.message_count': tenants,
    },
  };
}

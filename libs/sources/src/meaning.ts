import type { DeadReason, ReceivedWebhook } from '@hub/contracts';
import { normalise, type Normalised, normaliseWorkflow, parseBody } from '@hub/crm-ghl';
import { readLeadEvent } from './lead-event-body.ts';

/**
 * What a stored webhook means, whoever sent it.
 * - `nothing`: a probe of our own, of which nothing is kept.
 * - `unusable`: it can never be applied as it is; `detail` names what is wrong and quotes nothing of it.
 */
export type Meaning =
  | Exclude<Normalised, { kind: 'unreadable' }>
  | { readonly kind: 'unusable'; readonly reason: DeadReason; readonly detail: string | null }
  | { readonly kind: 'nothing' };

/**
 * Reads a webhook as its kind of sender means it. A configured source speaks for its own tenant, whatever the body claims:
 * only the platform's webhooks name theirs. Never throws.
 */
export function meaningOf(webhook: ReceivedWebhook): Meaning {
  switch (webhook.source) {
    case 'ghl':
      return usable(normalise(webhook));
    case 'ghl-workflow':
      return usable(normaliseWorkflow(webhook));
    case 'hmac':
    case 'standard-webhooks':
      return foreign(webhook);
    case 'events':
      return own(webhook);
    default:
      return { kind: 'nothing' };
  }
}

function usable(meaning: Normalised): Meaning {
  return meaning.kind === 'unreadable' ? { kind: 'unusable', reason: meaning.reason, detail: null } : meaning;
}

/** Other senders may use our shape; what is in another is kept under its type and changes no lead. */
function foreign(webhook: ReceivedWebhook): Meaning {
  const parsed = parseBody(webhook.body);
  if (!parsed.ok) return { kind: 'unusable', reason: parsed.reason, detail: null };
  const read = readLeadEvent(parsed.payload, webhook, false);
  if (read.ok) return read.meaning;
  const { type } = parsed.payload;
  const { tenantId, receivedAtMs: atMs } = webhook;
  return { kind: 'unknownType', tenantId, type: typeof type === 'string' ? typeName(type) : null, atMs };
}

/** As it may be stored and shown: a type is the sender's text. */
function typeName(type: string): string | null {
  return (
    type
      .toWellFormed()
      .replaceAll(/\p{Cc}/gu, '')
      .trim()
      .slice(0, 100) || null
  );
}

function own(webhook: ReceivedWebhook): Meaning {
  const parsed = parseBody(webhook.body);
  if (!parsed.ok && parsed.reason === 'notJson') return { kind: 'unusable', reason: 'notJson', detail: null };
  if (!parsed.ok)
    return { kind: 'unusable', reason: 'invalidEvent', detail: 'neither an event nor a batch of 1 to 1000' };
  const read = readLeadEvent(parsed.payload, webhook, true);
  return read.ok ? read.meaning : { kind: 'unusable', reason: 'invalidEvent', detail: read.detail };
}

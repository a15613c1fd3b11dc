import { GHL_SOURCE_ID } from '@hub/sources';
import type { Target } from '../admit-request.ts';

/** A URL that webhooks are sent to. */
export interface WebhookUrl {
  readonly target: Target;
  /** The last part of the path, where the URL itself carries a secret; else null. */
  readonly pathToken: string | null;
  /** Whether a refusal may say why: of the platform's URL everybody knows that it is there, and how it signs. */
  readonly isPublic: boolean;
}

const HOT_PATH = `/webhooks/${GHL_SOURCE_ID}`;
const HOT: WebhookUrl = { target: { sourceId: GHL_SOURCE_ID }, pathToken: null, isPublic: true };
const EVENTS: WebhookUrl = { target: 'eventsApi', pathToken: null, isPublic: false };

const OF_SOURCE = /^\/webhooks\/([^/]+)(?:\/([^/]+))?$/;

/**
 * `/webhooks/ghl`, `/webhooks/<source>[/<token>]` and `/v1/events`, each with any query.
 * @returns null for any other URL, and where the path is not well encoded.
 */
export function webhookUrlOf(url: string): WebhookUrl | null {
  if (url === HOT_PATH) return HOT;
  const [path = ''] = url.split('?', 1);
  if (path === HOT_PATH) return HOT;
  if (path === '/v1/events') return EVENTS;
  const [, sourceId, token] = OF_SOURCE.exec(path) ?? [];
  if (sourceId === undefined) return null;
  try {
    return {
      target: { sourceId: decodeURIComponent(sourceId) },
      pathToken: token === undefined ? null : decodeURIComponent(token),
      isPublic: false,
    };
  } catch {
    return null;
  }
}

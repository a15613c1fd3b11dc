import type { StreamDefinition } from './contract.ts';

const HOUR_MS = 3_600_000;

/** Every accepted webhook, in packs, until scoring has settled it. */
export const INBOX: StreamDefinition = {
  name: 'INBOX',
  subjects: ['webhook.received.*'],
  maxAgeMs: 7 * 24 * HOUR_MS,
  durability: 'fsync',
};

/**
 * What screens need to resume. Postgres could make it again, but a sequence that a screen has seen must never come
 * again with other content, so this is as durable as the inbox.
 */
export const SCORES: StreamDefinition = {
  name: 'SCORES',
  subjects: ['lead.scored.*'],
  maxAgeMs: 24 * HOUR_MS,
  durability: 'fsync',
};

/** Messages no handler could settle, kept before their original is terminated. */
export const DEAD: StreamDefinition = {
  name: 'DEAD',
  subjects: ['dead.*'],
  maxAgeMs: 35 * 24 * HOUR_MS,
  durability: 'fsync',
};

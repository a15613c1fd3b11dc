import type { StreamDefinition } from './contract.ts';

const HOUR_MS = 3_600_000;

/**
 * Every accepted webhook, in packs, until scoring has settled it. Lanes: `live`, and `slow.<tenant>` for what a tenant
 * sends beyond its share.
 */
export const INBOX: StreamDefinition = {
  name: 'INBOX',
  subjects: ['webhook.received.>'],
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

/** Who may send webhooks and with which keys: the newest word on each source, made again from Postgres at any time. */
export const SOURCES: StreamDefinition = {
  name: 'SOURCES',
  subjects: ['source.configured.*'],
  maxAgeMs: 0,
  durability: 'fsync',
  maxMessagesPerSubject: 1,
  whenFull: 'dropOldest',
};

const MIB = 1_048_576;

/** Bytes whose well-formed signature matched no key while a source's key seemed to have been rotated. */
export const QUARANTINE: StreamDefinition = {
  name: 'QUARANTINE',
  subjects: ['webhook.quarantined.*'],
  maxAgeMs: 7 * 24 * HOUR_MS,
  durability: 'fsync',
  maxBytes: 256 * MIB,
  whenFull: 'refuse',
};

/** What services counted, added up in Postgres as it comes. */
export const TALLIES: StreamDefinition = {
  name: 'TALLIES',
  subjects: ['service.tallied.*'],
  maxAgeMs: 7 * 24 * HOUR_MS,
  durability: 'async',
  maxBytes: 512 * MIB,
};

/** Signs of life of services that were ready: what is missing between two is a gap in service. */
export const HEARTBEATS: StreamDefinition = {
  name: 'HEARTBEATS',
  subjects: ['service.alive.*'],
  maxAgeMs: 35 * 24 * HOUR_MS,
  durability: 'async',
  maxBytes: 256 * MIB,
};

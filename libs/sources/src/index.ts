export { apiKeyOf, apiKeyText, EventsSource, MAX_BATCH_EVENTS } from './events.ts';
export { WORKFLOW_SECRET_HEADER } from './ghl-workflow.ts';
export { GHL_SOURCE_ID, type GhlOptions, GhlSource } from './ghl.ts';
export { assertUsable, type KeyedKind, newSecret, UnusableKey } from './key-material.ts';
export { type Meaning, meaningOf } from './meaning.ts';
export { type OpenedSource, openSource } from './open-source.ts';
export { type Opened, Sealing, type SecretPlace } from './sealing.ts';
export { UnsureSource } from './unsure-source.ts';
export type { Headers, IncomingEvent, Source, SourceRequest, Verdict } from './source.ts';

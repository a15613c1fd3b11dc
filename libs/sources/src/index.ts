export { GHL_SOURCE_ID, type GhlOptions, GhlSource } from './ghl.ts';
export type { Headers, IncomingEvent, Source, SourceRequest, Verdict } from './source.ts';

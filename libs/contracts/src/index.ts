export * from './cache-invalidated.ts';
export * from './contract.ts';
export * from './dead-lettered.ts';
export * from './lead-event.ts';
export * from './lead-profile.ts';
export * from './lead-scored.ts';
export * from './streams.ts';
export * from './webhook-received.ts';

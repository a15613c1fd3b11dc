export { type BodyPath, parseBodyPath } from './body-path.ts';
export * from './deliveries.ts';
export * from './letters.ts';
export type { Page } from './page.ts';
export type { Reach, SearchFilter } from './search.ts';
export { tenantWord, wordsOf } from './words.ts';

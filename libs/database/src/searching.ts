/** What a tool needs to search that runs from source: nothing here is of Nest. */
export { createPool, Database, isOutage, type Tx } from './database.ts';
export * from './search/index.ts';

/** What a tool needs to look after models that runs from source: nothing here is of Nest. */
export { createPool, Database, isOutage, type Tx } from './database.ts';
export { epochMs } from './epoch-ms.ts';
export * from './models/index.ts';

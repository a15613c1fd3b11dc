import { randomUUID } from 'node:crypto';

/** This process among all of its service, in tallies, heartbeats and answers about its health. */
export const INSTANCE_ID = randomUUID();

import { randomUUID } from 'node:crypto';

/** This process among all of its service, in tallies and heartbeats. */
export const INSTANCE_ID = randomUUID();

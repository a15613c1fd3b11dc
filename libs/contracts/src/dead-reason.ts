import { z } from 'zod';

/**
 * Why a webhook cannot be applied. Two dead letters have one root cause when reason and code path are the same.
 * - `notJson`, `notAnObject`: the bytes are no JSON object.
 * - `noLocation`: it speaks of a lead and names no tenant.
 * - `unknownLocation`: parked until its location installs the app.
 * - `invalidEvent`: an event of our own API that does not match its schema.
 * - `notStorable`: the database refused it for what it holds.
 * - `retriesUsedUp`: an error that may pass did not, within its budget.
 */
export const deadReason = z.enum([
  'notJson',
  'notAnObject',
  'noLocation',
  'unknownLocation',
  'invalidEvent',
  'notStorable',
  'retriesUsedUp',
]);
export type DeadReason = z.infer<typeof deadReason>;

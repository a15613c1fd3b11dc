import { createHash } from 'node:crypto';

/** Ids as the statements of `fill-day.ts` make them. */
export function tenantId(rank: number): string {
  return `benchLocation${String(rank).padStart(4, '0')}`;
}

/** @param person Of the tenant, from 0; those with low numbers have most deliveries. */
export function contactId(rank: number, person: number): string {
  return `benchContact${md5(String(rank * 100_000 + person)).slice(0, 12)}`;
}

/** @param number Of the delivery, from 0. */
export function eventId(number: number): string {
  const hex = md5(String(number));
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

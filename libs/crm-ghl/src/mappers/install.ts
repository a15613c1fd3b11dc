import { z } from 'zod';
import { text } from '../fields.ts';
import type { JsonObject } from '../json-body.ts';

/** The app was installed in a location: from now on it is a tenant. */
export interface Install {
  readonly locationId: string;
  readonly companyId: string | null;
  readonly name: string | null;
}

const fields = z.object({ locationId: text, companyId: text, companyName: text });

/** Null for an install of a whole agency, which names no location. */
export function installOf(payload: JsonObject): Install | null {
  const { locationId, companyId, companyName } = fields.parse(payload);
  return locationId === null ? null : { locationId, companyId, name: companyName };
}

import type { Database } from '../database.ts';
import { epochMs } from '../epoch-ms.ts';
import type { RegisteredModel } from './model-states.ts';

/** What a tenant differs by from a model that was learned from many, in log-odds. */
export interface TenantShift {
  readonly tenantId: string;
  /** Hash. */
  readonly model: string;
  readonly shift: number;
  readonly setAtMs: number;
}

/** Models that are to score now: champions and shadows. */
export function scoringModels(database: Database): Promise<RegisteredModel[]> {
  return database.query<RegisteredModel>({
    text: `SELECT hash, name, version, state FROM models WHERE state IN ('champion', 'shadow') ORDER BY name, hash`,
  });
}

/** Bytes of a model file, registered or a prior of some build; null where they were not kept. */
export async function modelFile(database: Database, hash: string): Promise<Uint8Array | null> {
  const [found] = await database.query<{ onnx: Uint8Array | null }>({
    text: 'SELECT onnx FROM models WHERE hash = $1',
    values: [hash],
  });
  return found?.onnx ?? null;
}

/** Shifts that were set since, by the clock of the database, oldest first. */
export function shiftsSince(database: Database, sinceMs: number): Promise<TenantShift[]> {
  return database.asTenants(['*'], (tx) =>
    tx.query<TenantShift>({
      name: 'shifts-since',
      text: `SELECT tenant_id AS "tenantId", model, shift, ${epochMs('set_at')} AS "setAtMs" FROM tenant_shifts
        WHERE set_at > to_timestamp($1::float8 / 1000) ORDER BY set_at`,
      values: [sinceMs],
    }),
  );
}

import { parseArgs } from 'node:util';
import { UsageError } from './usage-error.ts';

export interface Arguments {
  readonly json: boolean;
  /** Those of `names` that were given. */
  readonly values: Readonly<Record<string, string | undefined>>;
}

/** Options `--name value` of `names`, and `--json`. @throws UsageError for anything else. */
export function readArguments(args: readonly string[], names: readonly string[]): Arguments {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  try {
    const { values } = parseArgs({ args: [...args], options: { ...options, json: { type: 'boolean' } } });
    const { json, ...texts } = values as Record<string, unknown>;
    return { json: json === true, values: texts as Arguments['values'] };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** A query string of what was given, such as `?minutes=5`. */
export function queryOf(values: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

/** The path of a tenant's resource, or of that over all tenants. */
export function pathOf(resource: string, tenant: string | undefined): string {
  return tenant === undefined ? `/api/${resource}` : `/api/tenants/${encodeURIComponent(tenant)}/${resource}`;
}

import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './usage-error.ts';

export interface Arguments {
  readonly json: boolean;
  /** Those of `names` that were given. */
  readonly values: Readonly<Record<string, string | undefined>>;
}

/** Options `--name value` of `names`, and `--json`. @throws UsageError for anything else. */
export function readArguments(args: readonly string[], names: readonly string[]): Arguments {
  const { flags, values } = readCommandLine(args, { names, flags: ['json'], mostWords: 0 });
  return { json: flags.has('json'), values };
}

export interface CommandLine {
  /** What stands by itself: ids. */
  readonly words: readonly string[];
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly flags: ReadonlySet<string>;
}

/** Options `--name value`, flags `--flag` and words. @throws UsageError for anything else. */
export function readCommandLine(
  args: readonly string[],
  known: { readonly names: readonly string[]; readonly flags: readonly string[]; readonly mostWords: number },
): CommandLine {
  const options = {
    ...Object.fromEntries(known.names.map((name) => [name, { type: 'string' as const }])),
    ...Object.fromEntries(known.flags.map((flag) => [flag, { type: 'boolean' as const }])),
  };
  const { positionals: words, values } = parsed({ args: [...args], options, allowPositionals: known.mostWords > 0 });
  if (words.length > known.mostWords) throw new UsageError(`${words.at(-1)}: one word too many`);
  const given = Object.entries(values);
  return {
    words,
    values: Object.fromEntries(given.filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
    flags: new Set(given.flatMap(([name, value]) => (value === true ? [name] : []))),
  };
}

function parsed(config: ParseArgsConfig): Pick<ReturnType<typeof parseArgs>, 'positionals' | 'values'> {
  try {
    return parseArgs(config);
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

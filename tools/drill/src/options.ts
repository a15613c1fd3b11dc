import { parseArgs } from 'node:util';

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface NumberOption {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** Whether only whole numbers will do. */
  readonly whole?: boolean;
  readonly about: string;
}

/**
 * Reads `--name value` pairs that are all numbers.
 * @throws UsageError naming every bad one, with how it is used.
 */
export function readNumbers<K extends string>(
  command: string,
  args: readonly string[],
  known: Readonly<Record<K, NumberOption>>,
): Record<K, number> {
  const names = Object.keys(known) as K[];
  const given = parse(command, args, known);
  const values = Object.fromEntries(names.map((name) => [name, Number(given[name] ?? known[name].default)]));
  const problems = names.flatMap((name) => problemWith(name, values[name] ?? Number.NaN, known[name]));
  if (problems.length > 0) throw new UsageError(`${problems.join('\n')}\n${usage(command, known)}`);
  return values as Record<K, number>;
}

function parse(
  command: string,
  args: readonly string[],
  known: Readonly<Record<string, NumberOption>>,
): Partial<Record<string, string>> {
  const options = Object.fromEntries(Object.keys(known).map((name) => [name, { type: 'string' as const }]));
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${message}\n${usage(command, known)}`, { cause: error });
  }
}

function problemWith(name: string, value: number, { min, max, whole = false }: NumberOption): string[] {
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return [];
  return [`--${name} must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}`];
}

export function usage(command: string, known: Readonly<Record<string, NumberOption>>): string {
  const width = Math.max(...Object.keys(known).map((name) => name.length)) + 4;
  const lines = Object.entries(known).map(
    ([name, option]) => `  ${`--${name}`.padEnd(width)}${option.about} (${option.default})`,
  );
  return [`npm run drill -- ${command}`, ...lines].join('\n');
}

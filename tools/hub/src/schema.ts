import { queryOf, readArguments } from './arguments.ts';
import type { HubApi } from './hub-api.ts';
import { print } from './print.ts';
import { table, timeText } from './table.ts';
import { UsageError } from './usage-error.ts';

interface PayloadType {
  readonly sourceId: string;
  readonly type: string;
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
  readonly seen: number;
  readonly lookedAt: number;
  readonly fields: readonly {
    readonly path: string;
    readonly kinds: Readonly<Record<string, number>>;
    readonly count: number;
    readonly firstSeenAtMs: number;
    readonly example: string | null;
    readonly vanishedAtMs: number | null;
  }[];
}

interface Change {
  readonly atMs: number;
  readonly sourceId: string;
  readonly type: string;
  readonly change: string;
  readonly path: string | null;
}

/** `schema` lists types, with `--type` the fields of one; `schema changes` what changed. */
export async function schema(api: HubApi, args: readonly string[]): Promise<number> {
  const [first, ...rest] = args;
  if (first === 'changes') return changes(api, rest);
  if (first !== undefined && !first.startsWith('-')) throw new UsageError(`schema ${first}: only changes is known`);
  const { json, values } = readArguments(args, ['source', 'type']);
  const { types } = await api.json<{ types: readonly PayloadType[] }>('GET', `/api/schema${queryOf(values)}`);
  const text = values['type'] === undefined ? typesText(types) : types.map(fieldsText).join('\n');
  process.stdout.write(json ? `${JSON.stringify({ types })}\n` : text);
  return 0;
}

async function changes(api: HubApi, args: readonly string[]): Promise<number> {
  const { json, values } = readArguments(args, ['source', 'type', 'limit']);
  const found = await api.json<{ changes: readonly Change[] }>('GET', `/api/schema/changes${queryOf(values)}`);
  const rows = found.changes.map(({ atMs, sourceId, type, change, path }) => [
    timeText(atMs),
    sourceId,
    type,
    change,
    path,
  ]);
  print(json, found, table(['at', 'source', 'type', 'change', 'field'], rows));
  return 0;
}

export function typesText(types: readonly PayloadType[]): string {
  const rows = types.map((type) => [
    type.sourceId,
    type.type,
    type.seen === type.lookedAt ? String(type.seen) : `about ${type.seen}`,
    type.lookedAt,
    type.fields.length,
    timeText(type.firstSeenAtMs),
    timeText(type.lastSeenAtMs),
  ]);
  return table(['source', 'type', 'came', 'looked at', 'fields', 'first seen', 'last seen'], rows);
}

export function fieldsText({ sourceId, type, fields }: PayloadType): string {
  const rows = fields.map((field) => [
    field.path,
    Object.keys(field.kinds).join(', '),
    field.count,
    timeText(field.firstSeenAtMs),
    field.example,
    field.vanishedAtMs === null ? '' : `gone since ${timeText(field.vanishedAtMs)}`,
  ]);
  return `${sourceId} ${type}\n${table(['field', 'kinds', 'count', 'first seen', 'looks like', ''], rows)}`;
}

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readArguments } from '../arguments.ts';
import type { HubApi } from '../hub-api.ts';
import { print } from '../print.ts';
import { UsageError } from '../usage-error.ts';
import {
  ADD_OPTIONS,
  GHL,
  keysPath,
  needed,
  newKeyOf,
  newSourceOf,
  ROTATE_OPTIONS,
  sourcesPath,
} from './source-requests.ts';
import { addedText, listText, sourceText } from './source-texts.ts';
import type { KeyAdded, SourceChanged, SourceView } from './source-view.ts';

export const SOURCES_USAGE = `sources list [--tenant ID] [--json]                    without a tenant: GoHighLevel's own keys
  sources show SOURCE [--tenant ID] [--json]
  sources add ghl --public-key BASE64 [--from TIME] [--until TIME]
  sources add ghl-workflow --tenant ID --name TEXT [--secret-file FILE]
  sources add standard-webhooks --tenant ID --name TEXT [--secret-file FILE | --public-key BASE64]
  sources add hmac --tenant ID --name TEXT --signature-header NAME [--prefix TEXT] [--algorithm sha256|sha512|sha1]
      [--encoding hex|base64] [--timestamp-header NAME] [--tolerance 5min] [--secret-file FILE]
  sources add events --tenant ID --name TEXT
  sources rotate SOURCE [--tenant ID] [--overlap 24h] [--secret-file FILE | --public-key BASE64] [--from TIME] [--until TIME]
  sources revoke SOURCE KEY [--tenant ID]                one key, at once
  sources remove SOURCE --tenant ID                      the source, for good`;

type Action = (api: HubApi, args: readonly string[]) => Promise<void>;

const ACTIONS: Readonly<Record<string, Action>> = { list, show, add, rotate, revoke, remove };

/** Who may send webhooks, with which keys. What is not known here is the API's to say. */
export async function sources(api: HubApi, args: readonly string[]): Promise<number> {
  const [name = '', ...rest] = args;
  const action = ACTIONS[name];
  if (action === undefined)
    throw new UsageError(name === '' ? SOURCES_USAGE : `sources ${name} is not known:\n  ${SOURCES_USAGE}`);
  await action(api, rest);
  return 0;
}

async function list(api: HubApi, args: readonly string[]): Promise<void> {
  const { json, values } = readArguments(args, ['tenant']);
  const found = await sourcesOf(api, values['tenant']);
  print(json, { sources: found }, listText(found));
}

async function show(api: HubApi, args: readonly string[]): Promise<void> {
  const [[sourceId], options] = take(['SOURCE'], args);
  const { json, values } = readArguments(options, ['tenant']);
  const tenant = sourceId === GHL ? undefined : needed('tenant', values['tenant']);
  const found = (await sourcesOf(api, tenant)).find((source) => source.sourceId === sourceId);
  if (found === undefined) throw new Error(`the tenant has no source ${sourceId}: see sources list`);
  print(json, found, sourceText(found));
}

async function add(api: HubApi, args: readonly string[]): Promise<void> {
  const [[kind], options] = take(['KIND'], args);
  const known = ADD_OPTIONS[kind];
  if (known === undefined) throw new UsageError(`no kind ${kind}: there are ${Object.keys(ADD_OPTIONS).join(', ')}`);
  const { json, values } = readArguments(options, known);
  const path = sourcesPath(kind === GHL ? undefined : needed('tenant', values['tenant']));
  const body = newSourceOf(kind, values, secretIn(values['secret-file']));
  printAdded(json, await api.json<KeyAdded>('POST', path, body));
}

async function rotate(api: HubApi, args: readonly string[]): Promise<void> {
  const [[sourceId], options] = take(['SOURCE'], args);
  const { json, values } = readArguments(options, ROTATE_OPTIONS);
  const body = newKeyOf(sourceId, values, secretIn(values['secret-file']));
  printAdded(json, await api.json<KeyAdded>('POST', keysPath(sourceId, values['tenant']), body));
}

async function revoke(api: HubApi, args: readonly string[]): Promise<void> {
  const [[sourceId, keyId], options] = take(['SOURCE', 'KEY'], args);
  const { json, values } = readArguments(options, ['tenant']);
  const path = `${keysPath(sourceId, values['tenant'])}/${encodeURIComponent(keyId)}`;
  printChanged(json, await api.json<SourceChanged>('DELETE', path));
}

async function remove(api: HubApi, args: readonly string[]): Promise<void> {
  const [[sourceId], options] = take(['SOURCE'], args);
  const { json, values } = readArguments(options, ['tenant']);
  if (sourceId === GHL) throw new UsageError('ghl is built in: only keys that were added to it can go, sources revoke');
  const path = `${sourcesPath(needed('tenant', values['tenant']))}/${encodeURIComponent(sourceId)}`;
  printChanged(json, await api.json<SourceChanged>('DELETE', path));
}

async function sourcesOf(api: HubApi, tenant: string | undefined): Promise<readonly SourceView[]> {
  return (await api.json<{ sources: readonly SourceView[] }>('GET', sourcesPath(tenant))).sources;
}

/** The words in front of the options. @throws UsageError naming those that are missing. */
function take<const Names extends readonly string[]>(
  names: Names,
  args: readonly string[],
): [{ readonly [At in keyof Names]: string }, readonly string[]] {
  const words = args.slice(0, names.length);
  const missing = names.filter((_, at) => words[at] === undefined || words[at].startsWith('-'));
  if (missing.length > 0) throw new UsageError(`${missing.join(' and ')} missing, in front of the options`);
  return [words as unknown as { readonly [At in keyof Names]: string }, args.slice(names.length)];
}

/** On the command line everybody on the machine would see it; `-` reads it from the standard input. */
function secretIn(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  // npm changes to the folder of its package; a path means the folder where the person is.
  return readFileSync(file === '-' ? 0 : resolve(process.env['INIT_CWD'] ?? '', file), 'utf8').trim();
}

function printAdded(json: boolean, added: KeyAdded): void {
  print(json, added, addedText(added));
  warnUnlessKnown(added);
}

function printChanged(json: boolean, changed: SourceChanged): void {
  print(json, changed, sourceText(changed.source));
  warnUnlessKnown(changed);
}

function warnUnlessKnown({ announced }: SourceChanged): void {
  if (!announced)
    process.stderr.write('gateways could not be told yet: they will know within a minute of NATS being back\n');
}

import { pathOf } from '../arguments.ts';
import { UsageError } from '../usage-error.ts';
import { durationMs, timeMs } from '../units.ts';

/** GoHighLevel's own source: of the platform, not of a tenant. */
export const GHL = 'ghl';

export type Values = Readonly<Record<string, string | undefined>>;

/** What each kind is added with; the option names of `sources add <kind>`. */
export const ADD_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  [GHL]: ['public-key', 'from', 'until'],
  'ghl-workflow': ['tenant', 'name', 'secret-file'],
  'standard-webhooks': ['tenant', 'name', 'secret-file', 'public-key'],
  hmac: [
    'tenant',
    'name',
    'secret-file',
    'signature-header',
    'prefix',
    'algorithm',
    'encoding',
    'timestamp-header',
    'tolerance',
  ],
  events: ['tenant', 'name'],
};

export const ROTATE_OPTIONS = ['tenant', 'secret-file', 'public-key', 'overlap', 'from', 'until'] as const;

/** Long enough to enter the new secret at the sender, and for its retries. */
const OVERLAP = '24h';

/** The API's path of a tenant's sources, or of the platform's keys. */
export function sourcesPath(tenant: string | undefined): string {
  return tenant === undefined ? `/api/sources/${GHL}/keys` : pathOf('sources', tenant);
}

/** The path below which the keys of one source are. @throws UsageError when its tenant is missing. */
export function keysPath(sourceId: string, tenant: string | undefined): string {
  if (sourceId === GHL) return sourcesPath(undefined);
  return `${pathOf('sources', needed('tenant', tenant))}/${encodeURIComponent(sourceId)}/keys`;
}

/** What the API is asked with to add a source. @throws UsageError */
export function newSourceOf(kind: string, values: Values, secret: string | undefined): object {
  if (kind === GHL) return { publicKey: needed('public-key', values['public-key']), ...windowOf(values) };
  const key = values['public-key'] === undefined ? secret : publicSecret(values['public-key'], secret);
  return {
    kind,
    name: needed('name', values['name']),
    ...(key !== undefined && { secret: key }),
    ...(kind === 'hmac' && { hmac: hmacOf(values) }),
  };
}

/** What the API is asked with to add a key beside those that are there. @throws UsageError */
export function newKeyOf(sourceId: string, values: Values, secret: string | undefined): object {
  const times = { overlapMs: durationMs('overlap', values['overlap'] ?? OVERLAP), ...windowOf(values) };
  const publicKey = values['public-key'];
  if (sourceId === GHL) return { publicKey: needed('public-key', publicKey), ...times };
  const key = publicKey === undefined ? secret : publicSecret(publicKey, secret);
  return { ...(key !== undefined && { secret: key }), ...times };
}

/** @throws UsageError when an option is missing. */
export function needed(option: string, value: string | undefined): string {
  if (value === undefined) throw new UsageError(`--${option} is missing`);
  return value;
}

/** As the API tells a public key from a shared secret. */
function publicSecret(publicKey: string, secret: string | undefined): string {
  if (secret !== undefined) throw new UsageError('--public-key and --secret-file exclude each other');
  return publicKey.startsWith('whpk_') ? publicKey : `whpk_${publicKey}`;
}

function windowOf({ from, until }: Values): object {
  return {
    ...(from !== undefined && { notBeforeMs: timeMs('from', from) }),
    ...(until !== undefined && { notAfterMs: timeMs('until', until) }),
  };
}

function hmacOf(values: Values): object {
  const { prefix, algorithm, encoding, tolerance } = values;
  const timestampHeader = values['timestamp-header'];
  return {
    signatureHeader: needed('signature-header', values['signature-header']),
    ...(prefix !== undefined && { prefix }),
    ...(algorithm !== undefined && { algorithm }),
    ...(encoding !== undefined && { encoding }),
    ...(timestampHeader !== undefined && { timestampHeader }),
    ...(tolerance !== undefined && { toleranceMs: durationMs('tolerance', tolerance) }),
  };
}

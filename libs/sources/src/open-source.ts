import type { SourceConfiguration, SourceKey } from '@hub/contracts';
import type { VerificationKey } from '@hub/crm-ghl';
import { EventsSource } from './events.ts';
import { GhlWorkflowSource } from './ghl-workflow.ts';
import { type GhlOptions, GhlSource } from './ghl.ts';
import { HmacSource } from './hmac.ts';
import { apiSecretDigest, hmacKey, publicKey, secretDigest, standardKey, UnusableKey } from './key-material.ts';
import type { OpenedKey } from './keys.ts';
import type { Sealing } from './sealing.ts';
import type { Source } from './source.ts';
import { StandardWebhooksSource } from './standard-webhooks.ts';

/** What a configuration became. */
export interface OpenedSource {
  /** Null when its kind cannot be configured, or it lacks what its kind needs. */
  readonly source: Source | null;
  /** Keys that could not be opened or used: the source cannot tell whose signatures it does not know. */
  readonly unusableKeys: readonly string[];
}

/**
 * Makes the adapter of a configured source, its keys opened and parsed once.
 * @param sealing Null where this process was given no key to open secrets with.
 * @param platform What the platform's own source has besides its configured keys.
 */
export function openSource(
  configuration: SourceConfiguration,
  sealing: Sealing | null,
  platform: GhlOptions,
): OpenedSource {
  const { sourceId, kind, tenantId, keys: sealedKeys, hmac } = configuration;
  const unusableKeys: string[] = [];
  const open = <Material>(parse: (secret: string) => Material): OpenedKey<Material>[] =>
    sealedKeys.flatMap((key) => {
      const material = materialOf(sourceId, key, sealing, parse);
      if (material === null) unusableKeys.push(key.keyId);
      return material === null ? [] : [{ ...windowOf(key), keyId: key.keyId, material }];
    });
  if (kind === 'ghl') {
    const keys = [...platform.keys, ...open(publicKey).map(asVerificationKey)];
    return { source: new GhlSource({ ...platform, keys }), unusableKeys };
  }
  if (tenantId === null) return { source: null, unusableKeys };
  switch (kind) {
    case 'ghl-workflow':
      return { source: new GhlWorkflowSource(sourceId, tenantId, open(secretDigest)), unusableKeys };
    case 'standard-webhooks':
      return { source: new StandardWebhooksSource(sourceId, tenantId, open(standardKey)), unusableKeys };
    case 'hmac':
      return {
        source: hmac === null ? null : new HmacSource(sourceId, tenantId, open(hmacKey), hmac),
        unusableKeys,
      };
    case 'events':
      return { source: new EventsSource(sourceId, tenantId, open(apiSecretDigest)), unusableKeys };
    default:
      return { source: null, unusableKeys };
  }
}

function materialOf<Material>(
  sourceId: string,
  { keyId, sealed }: SourceKey,
  sealing: Sealing | null,
  parse: (secret: string) => Material,
): Material | null {
  const opened = sealing?.open(sealed, { sourceId, keyId });
  if (opened?.ok !== true) return null;
  try {
    return parse(opened.secret);
  } catch (error) {
    if (error instanceof UnusableKey) return null;
    throw error;
  }
}

function windowOf({ notBeforeMs, notAfterMs }: SourceKey) {
  return { notBeforeMs, notAfterMs };
}

function asVerificationKey({
  keyId: name,
  material: key,
  ...window
}: OpenedKey<VerificationKey['key']>): VerificationKey {
  return { ...window, name, key };
}

import { apiKeyOf, type Source, type SourceRequest } from '@hub/sources';
import type { Admission } from './answers.ts';
import type { SourceDirectory } from './source-directory.ts';

/** Where a request was sent to: to the URL of one source, or to our own API, where the key names the source. */
export type Target = { readonly sourceId: string } | 'eventsApi';

/** Takes what is known to come from somebody who may be `source`. */
export type AdmitWebhook = (source: Source, request: SourceRequest) => Promise<Admission>;

/** Finds who should have sent a request, and takes it if they did. */
export async function admitRequest(
  directory: Pick<SourceDirectory, 'find'>,
  admit: AdmitWebhook,
  target: Target,
  request: SourceRequest,
): Promise<Admission> {
  const sourceId = sourceIdOf(target, request);
  if (sourceId === null) return { outcome: 'missing' };
  const found = directory.find(sourceId);
  if (found.kind === 'source') return admit(found.source, request);
  return { outcome: found.kind === 'unknown' ? 'unknownSource' : 'notKnownYet' };
}

function sourceIdOf(target: Target, { headers }: SourceRequest): string | null {
  if (target !== 'eventsApi') return target.sourceId;
  const key = apiKeyOf(headers);
  return key === null || key === 'malformed' ? null : key.sourceId;
}

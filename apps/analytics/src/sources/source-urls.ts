import type { KeyedKind } from '@hub/sources';

const GHL_PATH = '/webhooks/ghl';

/**
 * Where the sender of a source posts to.
 * @param ghlUrl Where GoHighLevel posts to, by which the others are found; without it the answer is a path.
 */
export function sourceUrl(
  ghlUrl: string | undefined,
  { kind, sourceId }: { kind: KeyedKind; sourceId: string },
): string {
  const relative = kind === 'events' ? '../v1/events' : `./${sourceId}`;
  if (ghlUrl !== undefined) return new URL(relative, ghlUrl).href;
  return new URL(relative, `http://localhost${GHL_PATH}`).pathname;
}

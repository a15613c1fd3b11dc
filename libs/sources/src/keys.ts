import { isValidAt, type KeyWindow } from '@hub/contracts';
import type { Headers, Verdict } from './source.ts';

/** A key of a source, opened and parsed. `Material` is what its kind checks with. */
export interface OpenedKey<Material> extends KeyWindow {
  readonly keyId: string;
  readonly material: Material;
}

/**
 * Which key made what was sent: the first valid one that `matches`. One that matches but is not valid at `nowMs` is told
 * apart from none at all, so that people see that a sender was left behind in a rotation.
 */
export async function verdictOf<Material>(
  keys: readonly OpenedKey<Material>[],
  nowMs: number,
  matches: (material: Material) => boolean | Promise<boolean>,
): Promise<Verdict> {
  let outOfWindow = false;
  for (const key of keys) {
    if (!(await matches(key.material))) continue;
    if (isValidAt(key, nowMs)) return { ok: true, keyId: key.keyId };
    outOfWindow = true;
  }
  return { ok: false, reason: outOfWindow ? 'expired' : 'mismatch' };
}

/** The value of a header; null when it is missing or blank. A repeated one is joined, which no pattern of ours matches. */
export function headerOf(headers: Headers, name: string): string | null {
  const header = headers[name];
  const value = typeof header === 'string' ? header : header?.join(', ');
  return value === undefined || value === '' ? null : value;
}

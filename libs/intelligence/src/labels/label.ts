import type { ModelName } from '../model/additive.ts';

/** Models whose outcomes can be read from a lead's events. */
export type LabelledModel = Exclude<ModelName, 'match'>;

/**
 * What became of a lead after a moment, in one respect.
 * - `known`: it happened (1) or did not (0).
 * - `censored`: its window was not over when we last looked, or the lead was deleted before it was.
 * - `notApplicable`: the question does not arise.
 */
export type Label =
  | { readonly kind: 'known'; readonly value: 0 | 1 }
  | { readonly kind: 'censored' }
  | { readonly kind: 'notApplicable'; readonly why: NotApplicable };

/**
 * - `unknownYet`: no event up to the moment.
 * - `deleted`: the lead was gone by then.
 * - `optedOut`: we may not reach out.
 * - `neglect`: we never reached out in the window, and they said nothing.
 * - `cameByThemselves`: they gave a sign before we reached out.
 */
export type NotApplicable = 'unknownYet' | 'deleted' | 'optedOut' | 'neglect' | 'cameByThemselves';

export const CENSORED: Label = { kind: 'censored' };

export function known(happened: boolean): Label {
  return { kind: 'known', value: happened ? 1 : 0 };
}

export function notApplicable(why: NotApplicable): Label {
  return { kind: 'notApplicable', why };
}

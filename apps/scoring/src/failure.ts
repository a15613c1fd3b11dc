import type { DeadReason } from '@hub/contracts';
import { isOutage } from '@hub/database';
import { fullJitter } from '@hub/resilience';

/**
 * What kind of error stopped a webhook.
 * - `outage`: the database is away, or not yet of this build: says nothing about the webhook.
 * - `conflict`: two transactions wanted the same rows: the same will do at once.
 * - `badData`: the database will never take it as it is.
 * - `unexpected`: anything else, a fault of ours among it: may pass, need not.
 */
export type FailureClass = 'outage' | 'conflict' | 'badData' | 'unexpected';

export interface Failure {
  readonly class: FailureClass;
  /** Where in the code, the same for the same fault in every build: neither line numbers nor messages. */
  readonly cause: string;
  /** Names of columns and constraints, never values. */
  readonly detail: string | null;
}

export type NextStep =
  | { readonly kind: 'retry'; readonly afterMs: number }
  | { readonly kind: 'deadLetter'; readonly reason: DeadReason };

/** Deliveries of a webhook that meets an unexpected error, the first included. */
export const MAX_ATTEMPTS = 5;

const ALONE = { baseMs: 250, capMs: 8_000 };

/** SQLSTATEs of serialization failures and deadlocks. */
const CONFLICT = /^40/;
/** Data exceptions, violated constraints, limits of size. */
const BAD_DATA = /^(22|23|54)/;
/** Tables, columns or functions that are not there: a migration has not run yet. */
const NOT_MIGRATED = /^(3D|42P01|42703|42883)/;

export function failureOf(error: unknown): Failure {
  const state = sqlStateOf(error);
  return { class: classOf(error, state), cause: causeOf(error, state), detail: detailOf(error) };
}

/**
 * Whether a webhook that failed alone is tried again. Outages and conflicts are not its fault and never end in a dead
 * letter; bad data does at once; all else is tried again with full jitter, as often as `MAX_ATTEMPTS` and the budget say.
 * @param attempt Tries so far, from 1.
 * @param withdraw Takes one retry from the budget that all webhooks share; false when it is used up.
 */
export function nextStep(
  failure: Failure,
  attempt: number,
  withdraw: () => boolean,
  random: () => number = Math.random,
): NextStep {
  const again: NextStep = { kind: 'retry', afterMs: fullJitter(attempt, ALONE, random) };
  if (failure.class === 'outage' || failure.class === 'conflict') return again;
  if (failure.class === 'badData') return { kind: 'deadLetter', reason: 'notStorable' };
  return attempt < MAX_ATTEMPTS && withdraw() ? again : { kind: 'deadLetter', reason: 'retriesUsedUp' };
}

function classOf(error: unknown, state: string | null): FailureClass {
  if (isOutage(error)) return 'outage';
  if (state === null) return 'unexpected';
  if (CONFLICT.test(state)) return 'conflict';
  if (NOT_MIGRATED.test(state)) return 'outage';
  return BAD_DATA.test(state) ? 'badData' : 'unexpected';
}

function sqlStateOf(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^[0-9A-Z]{5}$/.test(code) ? code : null;
}

function causeOf(error: unknown, state: string | null): string {
  if (state !== null) return `store:${state}`;
  if (!(error instanceof Error)) return 'thrown value';
  const place = placeOf(error.stack ?? '');
  return place === null ? error.name : `${error.name}@${place}`;
}

/** `file:function` of the first frame in code of ours. */
function placeOf(stack: string): string | null {
  for (const line of stack.split('\n')) {
    const [, where, file] =
      /^\s+at (?:(?:async |new )?(.+?) \()?(?:file:\/\/)?\/?.*?([\w.-]+)\.[cm]?[jt]s:\d+/.exec(line) ?? [];
    if (file !== undefined && !line.includes('node_modules') && !line.includes('node:')) {
      return `${file}:${where ?? 'module'}`;
    }
  }
  return null;
}

function detailOf(error: unknown): string | null {
  const { table, column, constraint } = Object(error) as { table?: unknown; column?: unknown; constraint?: unknown };
  const parts = Object.entries({ table, column, constraint }).flatMap(([name, value]) =>
    typeof value === 'string' && value !== '' ? [`${name} ${value}`] : [],
  );
  return parts.length === 0 ? null : parts.join(', ');
}

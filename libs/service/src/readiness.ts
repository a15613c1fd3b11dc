import { type HealthCheck, withoutPasswords } from '@hub/telemetry';

const DEADLINE_MS = 1000;

export interface ReadinessCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly optional: boolean;
  /** Why it is not ok. */
  readonly problem: string | null;
}

/** `degraded`: only optional dependencies are missing. */
export interface Readiness {
  readonly status: 'ready' | 'degraded' | 'notReady';
  readonly checks: readonly ReadinessCheck[];
}

/** Asks all dependencies at once; none holds up the answer for longer than `deadlineMs`. */
export async function readinessOf(checks: readonly HealthCheck[], deadlineMs = DEADLINE_MS): Promise<Readiness> {
  const results = await Promise.all(checks.map((check) => resultOf(check, deadlineMs)));
  const failed = results.filter((result) => !result.ok);
  if (failed.length === 0) return { status: 'ready', checks: results };
  return { status: failed.every((result) => result.optional) ? 'degraded' : 'notReady', checks: results };
}

async function resultOf(check: HealthCheck, deadlineMs: number): Promise<ReadinessCheck> {
  const { name, optional = false } = check;
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
  try {
    await Promise.race([check.check(), late.promise]);
    return { name, ok: true, optional, problem: null };
  } catch (error) {
    return {
      name,
      ok: false,
      optional,
      problem: withoutPasswords(error instanceof Error ? error.message : String(error)),
    };
  } finally {
    clearTimeout(timer);
  }
}

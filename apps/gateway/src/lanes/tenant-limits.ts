import { z } from 'zod';
import type { Limit } from './gcra.ts';

const limit = z.object({
  ratePerS: z.number().positive().max(1_000_000),
  burst: z.number().int().min(1).max(1_000_000),
});

/** Settings of what a tenant may send before it is slowed. */
export const laneConfig = {
  /** Webhooks per second that every tenant may send in the live lane, over all gateways together. */
  TENANT_RATE_PER_S: z.coerce.number().positive().max(1_000_000).default(100),
  /** Webhooks it may send at once after a pause. */
  TENANT_BURST: z.coerce.number().int().min(1).max(1_000_000).default(1_000),
  /** Other limits for single tenants: `{"<tenant>": {"ratePerS": 500, "burst": 5000}}`. */
  TENANT_LIMITS: z.string().transform(readLimits).pipe(z.record(z.string(), limit)).prefault('{}'),
};

/** The limit of one tenant. */
export type LimitOf = (tenantId: string) => Limit;

export interface LaneConfig {
  readonly TENANT_RATE_PER_S: number;
  readonly TENANT_BURST: number;
  readonly TENANT_LIMITS: Readonly<Record<string, Limit>>;
}

export function limitsFrom(config: LaneConfig): LimitOf {
  const special = new Map(Object.entries(config.TENANT_LIMITS));
  const usual: Limit = { ratePerS: config.TENANT_RATE_PER_S, burst: config.TENANT_BURST };
  return (tenantId) => special.get(tenantId) ?? usual;
}

function readLimits(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not JSON' });
    return z.NEVER;
  }
}

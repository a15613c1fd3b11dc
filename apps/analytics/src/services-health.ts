import type { Breaker } from '@hub/resilience';
import { z } from 'zod';
import type { ServiceAddress } from './config.ts';

/** `degraded`: works without something it can do without. `down`: does not answer. */
export const serviceHealth = z.object({
  name: z.string(),
  state: z.enum(['ready', 'degraded', 'notReady', 'down']),
  /** Time to answer. */
  ms: z.number(),
});
export type ServiceHealth = z.infer<typeof serviceHealth>;

const answer = z.object({ status: z.enum(['ready', 'degraded', 'notReady']) });

/** Asks each service how it is, all at once and each behind its own breaker. */
export class ServicesHealth {
  readonly #services: readonly { readonly address: ServiceAddress; readonly breaker: Breaker }[];

  constructor(services: readonly ServiceAddress[], breakerFor: (name: string) => Breaker) {
    this.#services = services.map((address) => ({ address, breaker: breakerFor(address.name) }));
  }

  all(): Promise<ServiceHealth[]> {
    return Promise.all(
      this.#services.map(async ({ address, breaker }) => {
        const startedAtMs = performance.now();
        const state = await stateOf(address, breaker);
        return { name: address.name, state, ms: Math.round((performance.now() - startedAtMs) * 10) / 10 };
      }),
    );
  }
}

async function stateOf({ url }: ServiceAddress, breaker: Breaker): Promise<ServiceHealth['state']> {
  try {
    return await breaker.call(async (signal) => {
      // A service that is not ready answers with 503 and says so in the body.
      const response = await fetch(new URL('/health/ready', url), { signal, redirect: 'error' });
      return answer.parse(await response.json()).status;
    });
  } catch {
    return 'down'; // Whatever the reason: it did not answer as a service of ours does.
  }
}

import { counterIn, gaugeIn, type Logger, type Registry } from '@hub/telemetry';
import CircuitBreaker from 'opossum';
import { DependencyUnavailable } from './dependency-unavailable.ts';

export type BreakerState = 'closed' | 'open' | 'halfOpen';

/** Stands before every call to one dependency: a deadline, and no calls while most of them fail. */
export interface Breaker {
  readonly name: string;
  readonly state: BreakerState;
  /**
   * @param work Gets a signal that is aborted once the deadline has passed.
   * @throws DependencyUnavailable when the breaker is open or the deadline has passed; else whatever `work` throws.
   */
  call<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

export interface BreakerOptions {
  /** The dependency, as metrics, logs and errors name it. */
  readonly name: string;
  readonly timeoutMs: number;
  /** Opens when more than this share of the last 10 s' calls failed. */
  readonly errorThresholdPercent?: number;
  /** Calls within 10 s below which it never opens. */
  readonly volumeThreshold?: number;
  /** After this long open, one call is let through to see. */
  readonly resetMs?: number;
  /** Whether an error speaks against the dependency; by default each does. Others pass through uncounted. */
  readonly isFailure?: (error: unknown) => boolean;
  readonly registry?: Registry;
  readonly logger?: Logger;
}

const LEVEL_OF: Record<BreakerState, number> = { closed: 0, halfOpen: 1, open: 2 };

export function createBreaker(options: BreakerOptions): Breaker {
  const { name, timeoutMs, errorThresholdPercent = 50, volumeThreshold = 5, resetMs = 1000 } = options;
  const { isFailure = () => true } = options;
  const circuit = new CircuitBreaker(
    (work: (signal: AbortSignal) => Promise<unknown>, signal: AbortSignal) => work(signal),
    {
      name,
      timeout: timeoutMs,
      errorThresholdPercentage: errorThresholdPercent,
      volumeThreshold,
      resetTimeout: resetMs,
      errorFilter: (error: unknown) => !isOwnError(error) && !isFailure(error),
      // Percentiles are sorted anew on each failure, for milliseconds of the event loop; nobody reads them.
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
    },
  );
  reportTransitions(circuit, options);
  return {
    name,
    get state() {
      return stateOf(circuit);
    },
    async call<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
      // One controller per call: opossum's own is shared, so one slow call would abort all others with it.
      const deadline = new AbortController();
      try {
        return (await circuit.fire(work, deadline.signal)) as T;
      } catch (error) {
        if (!isOwnError(error)) throw error;
        const timedOut = error.code === 'ETIMEDOUT';
        const reason = timedOut ? `no answer within ${timeoutMs} ms` : 'its breaker is open';
        const unavailable = new DependencyUnavailable(name, reason, error, timedOut);
        if (timedOut) deadline.abort(unavailable);
        throw unavailable;
      }
    },
  };
}

function isOwnError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && CircuitBreaker.isOurError(error);
}

function stateOf(circuit: CircuitBreaker): BreakerState {
  if (circuit.opened) return 'open';
  return circuit.halfOpen ? 'halfOpen' : 'closed';
}

function reportTransitions(circuit: CircuitBreaker, { name, registry, logger }: BreakerOptions): void {
  const level =
    registry &&
    gaugeIn(registry, { name: 'breaker_state', help: '0 closed, 1 half-open, 2 open', labelNames: ['breaker'] });
  const transitions =
    registry &&
    counterIn(registry, {
      name: 'breaker_transitions_total',
      help: 'Changes of state of a breaker, by the state entered',
      labelNames: ['breaker', 'to'],
    });
  level?.set({ breaker: name }, LEVEL_OF.closed);
  const report = (to: BreakerState) => () => {
    level?.set({ breaker: name }, LEVEL_OF[to]);
    transitions?.inc({ breaker: name, to });
    logger?.[to === 'open' ? 'warn' : 'info']({ breaker: name, state: to }, 'breaker changed state');
  };
  circuit.on('open', report('open'));
  circuit.on('halfOpen', report('halfOpen'));
  circuit.on('close', report('closed'));
}

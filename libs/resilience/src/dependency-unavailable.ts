/** A dependency did not answer in time, or was not asked because its breaker is open. Trying later may help. */
export class DependencyUnavailable extends Error {
  override readonly name = 'DependencyUnavailable';
  readonly retryable = true;
  readonly dependency: string;
  /** Whether it was asked before it went silent, so that what it was asked for may have happened. */
  readonly mayHaveHappened: boolean;

  constructor(dependency: string, reason: string, cause?: unknown, mayHaveHappened = true) {
    super(`${dependency} is unavailable: ${reason}`, { cause });
    this.dependency = dependency;
    this.mayHaveHappened = mayHaveHappened;
  }
}

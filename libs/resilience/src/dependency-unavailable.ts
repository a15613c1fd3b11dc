/** A dependency did not answer in time, or was not asked because its breaker is open. Trying later may help. */
export class DependencyUnavailable extends Error {
  override readonly name = 'DependencyUnavailable';
  readonly retryable = true;
  readonly dependency: string;

  constructor(dependency: string, reason: string, cause?: unknown) {
    super(`${dependency} is unavailable: ${reason}`, { cause });
    this.dependency = dependency;
  }
}

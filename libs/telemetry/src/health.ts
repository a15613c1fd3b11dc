/** One dependency of a service, asked whenever readiness is. */
export interface HealthCheck {
  readonly name: string;
  /** The service still does its work without this dependency: failing reads `degraded`, not red. */
  readonly optional?: boolean;
  /** Resolves when the dependency answers. @throws whatever says that it does not. */
  check(): Promise<void>;
}

import { Controller, type DynamicModule, Get, Header, Inject, type InjectionToken, Res } from '@nestjs/common';
import { type HealthCheck, INSTANCE_ID, LOGGER, type Logger, Registry } from '@hub/telemetry';
import type { FastifyReply } from 'fastify';
import { type Heartbeat, Pulse } from './pulse.ts';
import { type Readiness, readinessOf } from './readiness.ts';

const HEALTH_CHECKS = Symbol('HEALTH_CHECKS');

@Controller()
class HealthController {
  constructor(
    @Inject(HEALTH_CHECKS) private readonly checks: readonly HealthCheck[],
    private readonly registry: Registry,
  ) {}

  /** The process answers: nothing here may depend on anything else. */
  @Get('health/live')
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  @Get('health/ready')
  @Header('cache-control', 'no-store')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness & { instanceId: string }> {
    const readiness = await readinessOf(this.checks);
    reply.status(readiness.status === 'notReady' ? 503 : 200);
    return { ...readiness, instanceId: INSTANCE_ID };
  }

  @Get('metrics')
  @Header('content-type', Registry.PROMETHEUS_CONTENT_TYPE)
  metrics(): Promise<string> {
    return this.registry.metrics();
  }
}

export interface HealthModuleOptions<Deps extends readonly unknown[]> {
  readonly imports?: DynamicModule['imports'];
  readonly inject: InjectionToken[];
  /** Gets what `inject` names, in that order. */
  readonly useFactory: (...deps: Deps) => readonly HealthCheck[];
  /** What tells others that the service is ready, for as long as it is. */
  readonly heartbeat?: (...deps: Deps) => Heartbeat;
}

/** GET /health/live, /health/ready and /metrics. */
export class HealthModule {
  static forRoot<Deps extends readonly unknown[]>(options: HealthModuleOptions<Deps>): DynamicModule {
    const { imports = [], inject, useFactory, heartbeat } = options;
    return {
      module: HealthModule,
      imports,
      controllers: [HealthController],
      // Nest types the factory's arguments as any: it cannot know what the tokens stand for.
      providers: [
        {
          provide: HEALTH_CHECKS,
          inject,
          useFactory: (...deps: unknown[]) => useFactory(...(deps as unknown as Deps)),
        },
        {
          provide: Pulse,
          inject: [HEALTH_CHECKS, LOGGER, ...inject],
          useFactory: (checks: readonly HealthCheck[], logger: Logger, ...deps: unknown[]) =>
            new Pulse(checks, heartbeat?.(...(deps as unknown as Deps)) ?? null, logger),
        },
      ],
    };
  }
}

import { LOGGER, type Logger } from '@hub/telemetry';
import { type DynamicModule, Module } from '@nestjs/common';
import type { GatewayConfig } from '../config.ts';
import { ProbeSource } from './probe-source.ts';
import { SelfProbe } from './self-probe.ts';

const RETRY_MS = 1_000;

@Module({})
export class ProbeModule {
  static with({ PROBE_EVERY_MS: everyMs }: Pick<GatewayConfig, 'PROBE_EVERY_MS'>): DynamicModule {
    return {
      module: ProbeModule,
      providers: [
        ProbeSource,
        {
          provide: SelfProbe,
          inject: [LOGGER],
          useFactory: (logger: Logger) => new SelfProbe({ everyMs, retryMs: RETRY_MS, logger }),
        },
      ],
      exports: [ProbeSource, SelfProbe],
    };
  }
}

import type { StreamDefinition } from '@hub/contracts';
import { LOGGER, type Logger } from '@hub/telemetry';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import { closeNats } from './close-nats.ts';
import { connectNats } from './connect-nats.ts';
import { ensureStreams } from './ensure-streams.ts';

/** Injects the service's connection to NATS. */
export const NATS_CONNECTION = Symbol('NATS connection');

export interface NatsModuleOptions {
  readonly servers: string;
  readonly name: string;
  /** Made before anything else happens, where they are missing. */
  readonly streams?: readonly StreamDefinition[];
}

/** A service's one connection. Nest closes a module after those that import it, so it outlives every handler. */
@Module({})
export class NatsModule implements OnApplicationShutdown {
  constructor(@Inject(NATS_CONNECTION) private readonly connection: NatsConnection) {}

  onApplicationShutdown(): Promise<void> {
    return closeNats(this.connection);
  }

  static forRoot({ servers, name, streams = [] }: NatsModuleOptions): DynamicModule {
    return {
      module: NatsModule,
      providers: [
        {
          provide: NATS_CONNECTION,
          inject: [LOGGER],
          useFactory: async (logger: Logger) => {
            const connection = await connectNats({ servers, name, logger });
            await ensureStreams(connection, streams);
            return connection;
          },
        },
      ],
      exports: [NATS_CONNECTION],
    };
  }
}

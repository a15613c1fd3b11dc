import { NATS_CONNECTION, type NatsConnection, Publisher } from '@hub/messaging';
import { type DynamicModule, Module } from '@nestjs/common';
import { DeadLettersController } from '../dead-letters/dead-letters.controller.ts';
import { DeliveriesController } from '../deliveries/deliveries.controller.ts';
import { ReplayJobs } from './replay-jobs.ts';
import { ReplayRunner } from './replay-runner.ts';
import { ReplaysController } from './replays.controller.ts';

/** Search in letters and deliveries, and jobs that send them again. */
@Module({})
export class ReplaysModule {
  /** @param imports The modules of the database and of NATS. */
  static with(...imports: DynamicModule[]): DynamicModule {
    return {
      module: ReplaysModule,
      imports,
      controllers: [DeadLettersController, DeliveriesController, ReplaysController],
      providers: [
        ReplayJobs,
        ReplayRunner,
        {
          provide: Publisher,
          inject: [NATS_CONNECTION],
          useFactory: (connection: NatsConnection) => new Publisher(connection),
        },
      ],
    };
  }
}

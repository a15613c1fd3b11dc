import { cacheInvalidated } from '@hub/contracts';
import { NATS_CONNECTION, type NatsConnection, subscribe } from '@hub/messaging';
import { LOGGER, type Logger } from '@hub/telemetry';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { LeadProfiles } from './lead-profiles.ts';

/** Keeps the memory of this instance in step with decisions that another one was told of. */
@Injectable()
export class HearInvalidations implements OnApplicationBootstrap {
  constructor(
    @Inject(NATS_CONNECTION) private readonly nats: NatsConnection,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly profiles: LeadProfiles,
  ) {}

  onApplicationBootstrap(): void {
    subscribe(this.nats, cacheInvalidated, (changes) => void this.profiles.invalidate(changes), this.logger);
    void this.#clearAfterReconnects();
  }

  /** Broadcasts sent while this instance was cut off are gone for good. Ends with the connection. */
  async #clearAfterReconnects(): Promise<void> {
    for await (const status of this.nats.status()) {
      if (status.type === 'reconnect') this.profiles.clearMemory();
    }
  }
}

import { CountsAccumulator, type Publisher, TallySender } from '@hub/messaging';
import type { Logger } from '@hub/telemetry';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { Frame } from './frame.ts';

/** Counts scores that went to screens, with the time since their webhook was received, per tenant and minute. */
export class PushTally implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #counts = new CountsAccumulator();
  readonly #sender: TallySender;

  constructor(publisher: Pick<Publisher, 'publish'>, logger: Logger) {
    this.#sender = new TallySender({ service: 'realtime', counts: this.#counts, publisher, logger });
  }

  onApplicationBootstrap(): void {
    this.#sender.start();
  }

  /** @param frames Written to the screens of their tenant; those that go back to no webhook have no latency to tell. */
  pushed(frames: readonly Frame[], nowMs: number): void {
    for (const { tenantId, receivedAtMs } of frames) {
      if (receivedAtMs === null) continue;
      this.#counts.count({ path: 'push', tenantId, outcome: 'sent', atMs: nowMs, latencyMs: nowMs - receivedAtMs });
    }
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.#sender.stop();
  }
}

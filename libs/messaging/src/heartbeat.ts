import { HEARTBEAT_EVERY_MS, serviceAlive } from '@hub/contracts';
import { INSTANCE_ID } from '@hub/telemetry';
import type { Publisher } from './publisher.ts';

/** Something a service does again and again for as long as it is ready. */
export interface Heartbeat {
  readonly everyMs: number;
  beat(): Promise<void>;
}

/** Signs of life of this process in the stream HEARTBEATS, which the service lists among its streams. */
export function heartbeatOf(service: string, publisher: Pick<Publisher, 'publish'>): Heartbeat {
  return {
    everyMs: HEARTBEAT_EVERY_MS,
    beat: async () => {
      const payload = { service, instanceId: INSTANCE_ID, atMs: Date.now() };
      await publisher.publish(serviceAlive, [service], payload);
    },
  };
}

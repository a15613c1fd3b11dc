import { z } from 'zod';
import { jsonCodec, type StreamContract } from './contract.ts';
import { HEARTBEATS } from './streams.ts';

const heartbeat = z.object({
  service: z.string(),
  /** One running process. */
  instanceId: z.string(),
  atMs: z.number().int(),
});
export type Heartbeat = z.infer<typeof heartbeat>;

/** Sent every `HEARTBEAT_EVERY_MS` by a service that is ready. Token: the service. Read by: analytics. */
export const serviceAlive: StreamContract<Heartbeat> = {
  subject: 'service.alive.*',
  stream: HEARTBEATS,
  ...jsonCodec(heartbeat),
};

export const HEARTBEAT_EVERY_MS = 2_000;

export { type Clock, compressed, realTime, type Stretch } from './clock.ts';
export { type Fault, type FaultRates, inDeliveryOrder, NO_FAULTS, USUAL_FAULTS } from './deliveries.ts';
export { HttpPost } from './http-post.ts';
export { installOf, type LoadWebhook, type PayloadStream, payloadStream } from './payload-stream.ts';
export { Random } from './random.ts';
export { type Arrival, type Future, futureOf, retell } from './retell.ts';
export { simulate, type SimulationOptions, tenantsOf } from './simulate.ts';
export type { Truth } from './truth.ts';
export type { Payload, SimulatedWebhook } from './world.ts';

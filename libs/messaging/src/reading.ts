/** What talks to the broker without being a service: no Nest and no decorators, so that tools run it from its sources. */
export { broadcast } from './broadcast.ts';
export { type ConsumerState, consumerStates } from './consumer-states.ts';
export { connectNats } from './connect-nats.ts';
export type { NatsConnection } from '@nats-io/transport-node';
export { type Page, type PageOptions, readPage } from './read-page.ts';
export { streamState, type StreamState } from './stream-state.ts';
export { type Tail, tail, type Tailed, type TailOptions } from './tail.ts';

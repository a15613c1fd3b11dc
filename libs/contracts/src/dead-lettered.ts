import { type StreamContract } from './contract.ts';
import { DEAD } from './streams.ts';

/**
 * The bytes of a message that no handler could settle, unchanged; why, and where it came from, is in the headers
 * `Hub-Reason`, `Hub-Stream`, `Hub-Subject` and `Hub-Sequence`. Token: name of the stream it came from.
 */
export const deadLettered: StreamContract<Uint8Array> = {
  subject: 'dead.*',
  stream: DEAD,
  encode: (bytes) => bytes,
  decode: (bytes) => bytes,
};

import { DependencyUnavailable } from '@hub/resilience';
import { describe, expect, it } from '@jest/globals';
import { JetStreamApiError } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import { mayBeStored, MessageTooLarge } from './publisher.ts';

describe('mayBeStored', () => {
  const noRoom = new JetStreamApiError({ code: 503, err_code: 10077, description: 'maximum bytes exceeded' });

  it.each<[string, Error, boolean]>([
    ['a time-out', new errors.TimeoutError(), true],
    ['a link lost while waiting', new DependencyUnavailable('nats', 'lost'), true],
    ['anything that is not understood', new Error('?'), true],
    ['no connection', new DependencyUnavailable('nats', 'not connected', undefined, false), false],
    ['no room', noRoom, false],
    ['nobody who takes it', new errors.NoRespondersError('x'), false],
    ['too large a message', new MessageTooLarge('1 MB'), false],
    ['a bad subject', new RangeError('bad token'), false],
  ])('says of %s whether it leaves doubt', (_, error, doubt) => {
    expect(mayBeStored(error)).toBe(doubt);
  });
});

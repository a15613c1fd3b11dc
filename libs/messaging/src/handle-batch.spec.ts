import { jsonCodec } from '@hub/contracts';
import { describe, expect, it, jest } from '@jest/globals';
import { z } from 'zod';
import { headersOf } from './headers.ts';
import { type Delivery, judge } from './handle-batch.ts';
import type { Inbound, Outcome } from './outcome.ts';

const contract = jsonCodec(z.object({ n: z.number() }));
type Payload = { n: number };

function delivery(text: string, sequence: number, deliveries = 1): Delivery {
  return {
    subject: 'numbers.a',
    data: Buffer.from(text),
    headers: headersOf({ traceparent: '00-a-b-01' }),
    info: {
      domain: '',
      stream: 'NUMBERS',
      consumer: 'test',
      deliveryCount: deliveries,
      redelivered: deliveries > 1,
      streamSequence: sequence,
      deliverySequence: sequence,
      timestampNanos: 1_790_000_000_123_456_768,
      pending: 0,
    },
  };
}

async function verdicts(
  messages: readonly Delivery[],
  handler: (batch: readonly Inbound<Payload>[]) => Promise<readonly Outcome[]>,
) {
  const onError = jest.fn();
  const found = await judge(contract, handler, messages, onError);
  const bySequence = new Map(found.map(({ message, outcome }) => [message.info.streamSequence, outcome]));
  return { bySequence, onError };
}

describe('judge', () => {
  it('gives the handler parsed messages with where they come from', async () => {
    const handler = jest.fn((batch: readonly Inbound<Payload>[]) =>
      Promise.resolve(batch.map((): Outcome => ({ kind: 'done' }))),
    );
    await verdicts([delivery('{"n":0}', 7, 2)], handler);
    expect(handler).toHaveBeenCalledWith([
      {
        payload: { n: 0 },
        subject: 'numbers.a',
        sequence: 7,
        storedAtMs: 1_790_000_000_123,
        deliveries: 2,
        traceparent: '00-a-b-01',
      },
    ]);
  });

  it('pairs each outcome with its message, around one that cannot be read', async () => {
    const { bySequence } = await verdicts(
      [delivery('{"n":1}', 1), delivery('{"n":', 2), delivery('{"n":3}', 3)],
      (batch) => Promise.resolve(batch.map(({ payload }) => ({ kind: 'drop', reason: `saw ${payload.n}` }))),
    );
    expect(bySequence.get(1)).toEqual({ kind: 'drop', reason: 'saw 1' });
    expect(bySequence.get(2)).toEqual({ kind: 'deadLetter', reason: 'unreadable: not JSON' });
    expect(bySequence.get(3)).toEqual({ kind: 'drop', reason: 'saw 3' });
  });

  it('does not call the handler for nothing', async () => {
    const handler = jest.fn(() => Promise.resolve([]));
    await verdicts([delivery('no', 1)], handler);
    expect(handler).not.toHaveBeenCalled();
  });

  it.each<[string, () => Promise<readonly Outcome[]>, string]>([
    ['throws', () => Promise.reject(new Error('database is away')), 'database is away'],
    ['forgets a message', () => Promise.resolve([{ kind: 'done' }]), '1 outcomes for 2 messages'],
    [
      'invents a message',
      () => Promise.resolve([0, 1, 2].map((): Outcome => ({ kind: 'done' }))),
      '3 outcomes for 2 messages',
    ],
  ])('retries all when the handler %s, and says so once', async (_, handler, problem) => {
    const { bySequence, onError } = await verdicts([delivery('{"n":1}', 1), delivery('{"n":2}', 2)], handler);
    expect([...bySequence.values()].map(({ kind }) => kind)).toEqual(['retry', 'retry']);
    expect(onError).toHaveBeenCalledTimes(1);
    expect(onError).toHaveBeenCalledWith(expect.objectContaining({ message: expect.stringContaining(problem) }));
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Writable } from 'node:stream';
import * as ws from 'ws';
import { Batch, Frame } from './frame.ts';
import { parseEvents, scoredLead } from './recording-line-for-spec.ts';
import { sseWire, wsWire } from './wire.ts';

function frameOf(sequence: number, json: string | Buffer): Frame | null {
  return Frame.from({
    tenantId: 'maple',
    sequence,
    leadsJson: Buffer.from(json),
    receivedAtMs: null,
    traceparent: null,
  });
}

function sound(sequence: number, json: string): Frame {
  const frame = frameOf(sequence, json);
  if (frame === null) throw new Error('the frame should be sound');
  return frame;
}

// `ws` exports its parser, its types do not.
const { Receiver } = ws as unknown as { Receiver: new (options: { isServer: boolean }) => Writable };

/** Reads frames with the library's own parser, as a strict client. */
async function readWebSocket(bytes: Buffer): Promise<unknown[]> {
  const receiver = new Receiver({ isServer: false });
  const messages: unknown[] = [];
  receiver.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString())));
  await new Promise<void>((resolve, reject) => {
    receiver.on('error', reject);
    receiver.end(bytes, () => resolve());
  });
  return messages;
}

describe('a frame', () => {
  it.each([
    ['{"leadId":"x"}', 'no array'],
    ['[1,\n2]', 'more than one line'],
    ['[1,\r2]', 'a carriage return, which ends a line of SSE too'],
    ['', 'nothing'],
  ])('is not made of %j: %s', (json) => {
    expect(frameOf(1, json)).toBeNull();
  });

  it('carries the bytes of scoring to an event source unchanged', () => {
    const leads = [scoredLead('ann', 3)];
    expect(parseEvents(sound(7, JSON.stringify(leads)).encoded(sseWire).toString())).toEqual([
      { type: 'scores', id: 7, data: leads },
    ]);
  });

  // The length of a WebSocket message is written in three ways.
  it.each([1, 60, 100, 2_000, 65_500, 70_000])('is one whole WebSocket message at %i characters', async (size) => {
    const leads = ['é'.repeat(size)];
    expect(await readWebSocket(sound(9, JSON.stringify(leads)).encoded(wsWire))).toEqual([
      { type: 'scores', sequence: 9, scores: leads },
    ]);
  });

  it('is encoded once for all screens of a transport', () => {
    const frame = sound(1, '[]');
    expect(frame.encoded(wsWire)).toBe(frame.encoded(wsWire));
    expect(frame.encoded(sseWire)).toBe(frame.encoded(sseWire));
  });

  it('does not change when the network buffer it came in is used again', () => {
    const buffer = Buffer.from('["a"]');
    const frame = frameOf(1, buffer);
    const other = Frame.from({
      tenantId: 'maple',
      sequence: 1,
      leadsJson: buffer,
      receivedAtMs: null,
      traceparent: null,
    });
    buffer.fill(0x20);
    expect(frame?.encoded(sseWire).toString()).toContain('["a"]');
    expect(other?.holds(Buffer.from('["a"]'))).toBe(true);
  });

  it('has no decision time when it cannot be read', () => {
    expect(sound(1, '[{}]').scoredAtMs()).toBeNull();
    expect(sound(1, '[]').scoredAtMs()).toBeNull();
    expect(sound(1, JSON.stringify([scoredLead('ann', 5)])).scoredAtMs()).toBe(1_790_000_000_005);
  });
});

describe('a batch', () => {
  it('is its frames end to end, encoded once', async () => {
    const batch = new Batch([sound(3, '["a"]'), sound(5, '["b"]')]);
    expect([batch.firstSequence, batch.lastSequence]).toEqual([3, 5]);
    expect(batch.encoded(wsWire)).toBe(batch.encoded(wsWire));
    expect(await readWebSocket(batch.encoded(wsWire))).toEqual([
      { type: 'scores', sequence: 3, scores: ['a'] },
      { type: 'scores', sequence: 5, scores: ['b'] },
    ]);
    expect(parseEvents(batch.encoded(sseWire).toString()).map(({ id }) => id)).toEqual([3, 5]);
  });
});

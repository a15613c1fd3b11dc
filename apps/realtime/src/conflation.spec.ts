import { describe, expect, it } from '@jest/globals';
import { Conflation } from './conflation.ts';
import { Frame } from './frame.ts';
import { scoredLead } from './recording-line-for-spec.ts';

function frame(sequence: number, ...leads: ReturnType<typeof scoredLead>[]): Frame {
  const made = Frame.from({
    tenantId: 'maple',
    sequence,
    leadsJson: Buffer.from(JSON.stringify(leads)),
    receivedAtMs: null,
    traceparent: null,
  });
  if (made === null) throw new Error('not a frame');
  return made;
}

describe('conflation', () => {
  it('keeps the newest value of each lead and the sequence it reaches', () => {
    const waiting = new Conflation();
    waiting.add(frame(3, scoredLead('ann', 1), scoredLead('bob', 4)));
    waiting.add(frame(6, scoredLead('ann', 2)));
    // A redelivery may publish an older decision again.
    waiting.add(frame(8, scoredLead('bob', 3)));
    expect(waiting.size).toBe(2);
    expect(waiting.take()).toEqual({ sequence: 8, leads: [scoredLead('ann', 2), scoredLead('bob', 4)] });
  });

  it('is empty after it was taken', () => {
    const waiting = new Conflation();
    waiting.add(frame(3, scoredLead('ann', 1)));
    waiting.take();
    expect(waiting.take()).toBeNull();
  });
});

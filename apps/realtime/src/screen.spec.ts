import { createRegistry } from '@hub/telemetry';
import { describe, expect, it } from '@jest/globals';
import { Batch, Frame } from './frame.ts';
import { RealtimeMetrics } from './metrics.ts';
import { recordingLine, scoredLead } from './recording-line-for-spec.ts';
import { Screen, type SlowLimits } from './screen.ts';
import type { Notice } from './wire.ts';

const VIEWER = { tenantId: 'maple', userId: 'u1', sessionExpiresAtMs: 1e15 };
const LIMITS: SlowLimits = { maxUnsentBytes: 100, maxWaitingLeads: 3, maxFullMs: 1_000 };

function start(position = 0, limits: Partial<SlowLimits> = {}) {
  const clock = { ms: 0 };
  const line = recordingLine();
  const context = {
    limits: { ...LIMITS, ...limits },
    metrics: new RealtimeMetrics(createRegistry('test')),
    nowMs: () => clock.ms,
  };
  return { clock, line, screen: new Screen(line, VIEWER, position, context) };
}

function batch(...contents: { sequence: number; lead: string; version: number }[]): Batch {
  const frames = contents.map(({ sequence, lead, version }) =>
    Frame.from({
      tenantId: 'maple',
      sequence,
      leadsJson: Buffer.from(JSON.stringify([scoredLead(lead, version)])),
      receivedAtMs: null,
      traceparent: null,
    }),
  );
  const [first, ...rest] = frames.filter((frame) => frame !== null);
  if (first === undefined) throw new Error('no frames');
  return new Batch([first, ...rest]);
}

const beatAt = (sequence: number): Notice => ({ type: 'beat', serverNowMs: 0, sequence, behind: 0, live: true });

describe('a screen', () => {
  it('gets nothing live before it has caught up', () => {
    const { screen, line } = start();
    screen.deliver(batch({ sequence: 1, lead: 'ann', version: 1 }));
    expect(line.sent()).toEqual([]);
  });

  it('gets only what is after its position, also in the middle of a batch', () => {
    const { screen, line } = start(1);
    screen.goLive();
    screen.deliver(batch({ sequence: 1, lead: 'ann', version: 1 }, { sequence: 2, lead: 'ann', version: 2 }));
    screen.deliver(batch({ sequence: 3, lead: 'ann', version: 3 }));
    expect(line.sequences()).toEqual([2, 3]);
  });

  it('when slow gets the newest value of each lead, once there is room, with the newest sequence', () => {
    const { screen, line } = start();
    screen.goLive();
    line.recording.stuck = true;
    screen.deliver(batch({ sequence: 1, lead: 'ann', version: 1 }));
    for (const [sequence, lead] of [
      [2, 'ann'],
      [3, 'bob'],
      [4, 'ann'],
      [5, 'bob'],
      [6, 'ann'],
    ] as const) {
      screen.deliver(batch({ sequence, lead, version: sequence }));
    }
    expect(line.sequences()).toEqual([1]);
    line.recording.drain();
    expect(line.sent().at(-1)).toEqual({ type: 'scores', id: 6, data: [scoredLead('ann', 6), scoredLead('bob', 5)] });
    screen.deliver(batch({ sequence: 7, lead: 'ann', version: 7 }));
    expect(line.sequences()).toEqual([1, 6, 7]);
  });

  it('when slow is not told that it has everything', () => {
    const { screen, line } = start();
    screen.goLive();
    line.recording.stuck = true;
    screen.deliver(batch({ sequence: 1, lead: 'ann', version: 1 }));
    screen.deliver(batch({ sequence: 2, lead: 'ann', version: 2 }));
    const before = line.sent().length;
    screen.beat(2, () => Buffer.from('event: beat\nid: 2\ndata: {}\n\n'), beatAt);
    expect(line.sent()).toHaveLength(before);
    expect(screen.position).toBe(1);
  });

  it('is dropped when more leads wait for it than may', () => {
    const { screen, line } = start();
    screen.goLive();
    line.recording.stuck = true;
    for (let at = 1; at <= 5; at += 1) screen.deliver(batch({ sequence: at, lead: `lead-${at}`, version: 1 }));
    expect(screen.isOpen).toBe(false);
    expect(screen.leaving).toBe('slow');
  });

  it('is overdue when it takes nothing for too long, and not before', () => {
    const { screen, line, clock } = start();
    screen.goLive();
    line.recording.stuck = true;
    screen.deliver(batch({ sequence: 1, lead: 'ann', version: 1 }));
    expect([screen.isOverdue(1_000), screen.isOverdue(1_001)]).toEqual([false, true]);
    clock.ms = 900;
    line.recording.drain();
    expect(screen.isOverdue(10_000)).toBe(false);
  });

  it('waits for room while it catches up, and is overdue if none comes', async () => {
    const { screen, line } = start();
    line.recording.stuck = true;
    screen.replay(batch({ sequence: 1, lead: 'ann', version: 1 }).frames);
    const room = screen.roomToWrite();
    expect(screen.isOverdue(1_001)).toBe(true);
    line.recording.drain();
    await room;
    expect(screen.isOverdue(1_001)).toBe(false);
  });

  it('moves on with a beat, so that a quiet tenant resumes from a recent sequence', () => {
    const { screen, line } = start(4);
    screen.goLive();
    screen.beat(90, (wire) => wire.notice(beatAt(90)), beatAt);
    expect(screen.position).toBe(90);
    expect(line.sent().at(-1)).toMatchObject({ type: 'beat', id: 90 });
  });

  it('is told its own position while it catches up, or when it is ahead of a service that just started', () => {
    const { screen, line } = start(40);
    screen.beat(90, (wire) => wire.notice(beatAt(90)), beatAt);
    screen.goLive();
    screen.beat(30, (wire) => wire.notice(beatAt(30)), beatAt);
    expect(line.sent().map(({ id }) => id)).toEqual([40, 40]);
    expect(screen.position).toBe(40);
  });

  it('starts over where the stream does', () => {
    const { screen, line } = start(40);
    screen.goLive();
    screen.startOver('unknownSequence', 2);
    screen.deliver(batch({ sequence: 3, lead: 'ann', version: 1 }));
    expect(line.sent().map(({ type, id }) => [type, id])).toEqual([
      ['reset', 2],
      ['scores', 3],
    ]);
  });
});

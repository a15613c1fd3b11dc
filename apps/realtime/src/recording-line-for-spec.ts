import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { ScoredLead } from '@hub/contracts';
import type { Farewell, Line } from './line.ts';
import { sseWire } from './wire.ts';

/** A connection that keeps what is written to it, and takes nothing off its buffer while `stuck`. */
class RecordingSocket extends EventEmitter {
  readonly written: Buffer[] = [];
  writable = true;
  writableLength = 0;
  stuck = false;

  write(bytes: Buffer): boolean {
    this.written.push(bytes);
    if (this.stuck) this.writableLength += bytes.length;
    return !this.stuck;
  }

  drain(): void {
    this.stuck = false;
    this.writableLength = 0;
    this.emit('drain');
  }

  cork(): void {
    // Writes are recorded one by one.
  }

  uncork(): void {
    // Writes are recorded one by one.
  }

  destroy(): void {
    this.writable = false;
    this.emit('close');
  }
}

export interface SentEvent {
  readonly type: string;
  readonly id: number;
  readonly data: unknown;
}

export interface RecordingLine extends Line {
  readonly recording: RecordingSocket;
  /** Why goodbye was said, if it was. */
  readonly farewells: Farewell[];
  sent(): SentEvent[];
  /** Sequences of the messages with scores, in the order they were sent. */
  sequences(): number[];
}

export function recordingLine(): RecordingLine {
  const recording = new RecordingSocket();
  const farewells: Farewell[] = [];
  const sent = (): SentEvent[] => recording.written.flatMap((bytes) => parseEvents(bytes.toString()));
  return {
    recording,
    socket: recording as unknown as Socket,
    wire: sseWire,
    farewells,
    farewell: (why) => farewells.push(why),
    sent,
    sequences: () =>
      sent()
        .filter(({ type }) => type === 'scores')
        .map(({ id }) => id),
  };
}

export function parseEvents(text: string): SentEvent[] {
  return text
    .split('\n\n')
    .filter((block) => block.includes('event: '))
    .map((block) => {
      const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
      return { type: field('event'), id: Number(field('id')), data: JSON.parse(field('data')) };
    });
}

export function scoredLead(leadId: string, version: number): ScoredLead {
  return {
    leadId,
    version,
    name: `Lead ${leadId}`,
    scoredAtMs: 1_790_000_000_000 + version,
    conversion: { logit: 0, probability: 0.5 },
    goingCold: { logit: 0, probability: 0.5 },
    match: null,
    band: 'warm',
    thinEvidence: null,
    isOpen: true,
    reasons: [],
    lastTouchAtMs: null,
    lastTouchType: null,
    stage: null,
    sparkline: [0, 0.5],
    modelHash: 'prior',
    modelKind: 'prior',
    servedBy: 'builtin',
    eventIds: [],
    traceparent: null,
  };
}

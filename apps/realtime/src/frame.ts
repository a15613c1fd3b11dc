import { leadScored, type ScoredLead, UnreadableMessage } from '@hub/contracts';
import type { ScoreMessage } from './score-stream.ts';
import type { Wire } from './wire.ts';

const OPENING_BRACKET = 0x5b;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** One message of the SCORES stream: encoded once per transport, whatever the number of screens. */
export class Frame {
  readonly tenantId: string;
  readonly sequence: number;
  /** When the gateway had the oldest webhook behind it, epoch ms; null when there is none. */
  readonly receivedAtMs: number | null;
  /** Of the span that published it; null where nobody traces it. */
  readonly traceparent: string | null;
  readonly #leadsJson: Buffer;
  readonly #encoded: { sse?: Buffer; ws?: Buffer } = {};
  #leads: readonly ScoredLead[] | undefined;

  private constructor({ tenantId, sequence, receivedAtMs, traceparent, leadsJson }: ScoreMessage) {
    this.tenantId = tenantId;
    this.sequence = sequence;
    this.receivedAtMs = receivedAtMs;
    this.traceparent = traceparent;
    // A copy: what came is a view into a larger network buffer, which would stay with it.
    this.#leadsJson = Buffer.from(leadsJson);
  }

  /** @returns null for a message that cannot be passed on. */
  static from(message: ScoreMessage): Frame | null {
    const { leadsJson } = message;
    const opensArray = leadsJson[0] === OPENING_BRACKET;
    const breaksFraming = leadsJson.includes(LINE_FEED) || leadsJson.includes(CARRIAGE_RETURN);
    return opensArray && !breaksFraming ? new Frame(message) : null;
  }

  /** Memory this frame may come to hold, in bytes. */
  get bytes(): number {
    return 3 * this.#leadsJson.length;
  }

  encoded(wire: Wire): Buffer {
    return (this.#encoded[wire.transport] ??= wire.scores(this.sequence, this.#leadsJson));
  }

  /** Whether `leadsJson` is what this frame was made of. */
  holds(leadsJson: Uint8Array): boolean {
    return this.#leadsJson.equals(leadsJson);
  }

  /**
   * Parsed at the first call only: most frames pass without ever being read.
   * @throws UnreadableMessage
   */
  leads(): readonly ScoredLead[] {
    return (this.#leads ??= leadScored.decode(this.#leadsJson));
  }

  /** When its first lead was decided, epoch ms; null when the frame has none or cannot be read. */
  scoredAtMs(): number | null {
    try {
      return this.leads()[0]?.scoredAtMs ?? null;
    } catch (error) {
      if (error instanceof UnreadableMessage) return null;
      throw error;
    }
  }
}

/** Frames of one tenant that arrived together: one write per screen. */
export class Batch {
  readonly frames: readonly Frame[];
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly #joined: { sse?: Buffer; ws?: Buffer } = {};

  /** @param frames At least one, ascending. */
  constructor(frames: readonly [Frame, ...Frame[]]) {
    this.frames = frames;
    this.firstSequence = frames[0].sequence;
    this.lastSequence = (frames.at(-1) ?? frames[0]).sequence;
  }

  encoded(wire: Wire): Buffer {
    const [only, second] = this.frames;
    if (only !== undefined && second === undefined) return only.encoded(wire);
    return (this.#joined[wire.transport] ??= Buffer.concat(this.frames.map((frame) => frame.encoded(wire))));
  }
}

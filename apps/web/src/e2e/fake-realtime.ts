import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ScoredLead } from '@hub/contracts';

interface Frame {
  readonly sequence: number;
  readonly rows: readonly ScoredLead[];
}

interface Line {
  readonly response: ServerResponse;
  readonly beating: NodeJS.Timeout;
}

const BEAT_MS = 200;

/** The stream of one tenant as apps/realtime serves it, with beats more often and faults on request. */
export class FakeRealtime {
  /** `?after=` of every stream that was asked for, in order. */
  readonly asked: string[] = [];
  /** false: the next streams are refused, and those that are open were cut. */
  #reachable = true;
  /** Messages the beats say this screen is behind. */
  behind = 0;
  #beating = true;
  #sequence = 100;
  #frames: Frame[] = [];
  readonly #lines = new Set<Line>();

  get sequence(): number {
    return this.#sequence;
  }

  get openLines(): number {
    return this.#lines.size;
  }

  /** Sends decisions to every screen, and keeps them for those who resume. */
  publish(rows: readonly ScoredLead[]): void {
    this.#sequence += 1;
    const frame = { sequence: this.#sequence, rows };
    this.#frames.push(frame);
    for (const { response } of this.#lines) sendFrame(response, frame);
  }

  /** Forgets what was published, as the stream does after a day. */
  forgetPast(): void {
    this.#frames = [];
    this.#sequence += 10;
  }

  cut(): void {
    this.#reachable = false;
    for (const line of this.#lines) line.response.destroy();
  }

  restore(): void {
    this.#reachable = true;
  }

  /** Leaves connections open without a word, as a network does that lost them. */
  fallSilent(): void {
    this.#beating = false;
  }

  speak(): void {
    this.#beating = true;
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    if (!this.#reachable) {
      response.destroy();
      return;
    }
    const origin = request.headers.origin ?? '';
    const after = new URL(request.url ?? '/', 'http://fake').searchParams.get('after') ?? '';
    this.asked.push(after);
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
    });
    this.#greet(response, after === '' ? this.#sequence : Number(after));
    const line = { response, beating: setInterval(() => this.#beat(response), BEAT_MS) };
    this.#lines.add(line);
    response.on('close', () => {
      clearInterval(line.beating);
      this.#lines.delete(line);
    });
  }

  #greet(response: ServerResponse, after: number): void {
    send(response, 'hello', after, { serverNowMs: Date.now(), sequence: after, live: true });
    const oldest = this.#frames[0]?.sequence ?? this.#sequence + 1;
    if (after < oldest - 1) {
      send(response, 'reset', this.#sequence, { reason: 'tooOld', sequence: this.#sequence });
      return;
    }
    for (const frame of this.#frames) if (frame.sequence > after) sendFrame(response, frame);
    this.#beat(response);
  }

  #beat(response: ServerResponse): void {
    if (!this.#beating) return;
    const { behind } = this;
    send(response, 'beat', this.#sequence, { serverNowMs: Date.now(), sequence: this.#sequence, behind, live: true });
  }
}

function sendFrame(response: ServerResponse, { sequence, rows }: Frame): void {
  send(response, 'scores', sequence, rows);
}

function send(response: ServerResponse, kind: string, id: number, data: unknown): void {
  response.write(`id: ${id}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`);
}

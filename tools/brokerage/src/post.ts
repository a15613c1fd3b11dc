import type { KeyObject } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { sign, SIGNATURE_HEADER } from '@hub/crm-ghl';
import { HttpPost } from './http-post.ts';

/** GHL's own number; its spacing is not published beyond "exponential, with jitter". */
const MAX_RETRIES = 12;
const RETRY_BASE_MS = 1000;
const RETRY_CAP_MS = 60_000;
const SAY_AGAIN_AFTER_MS = 30_000;

/** An HTTP status, or none. */
type Answer = number | 'unreachable';

export interface PostCounts {
  accepted: number;
  retried: number;
  /** Refused 13 times. */
  givenUp: number;
}

interface Wiring {
  readonly url: URL;
  readonly key: KeyObject;
  readonly say: (line: string) => void;
  readonly random?: () => number;
}

/** Posts signed webhooks the way GHL does: again after every answer but a 2xx, with growing pauses, twelve times. */
export class Poster {
  readonly counts: PostCounts = { accepted: 0, retried: 0, givenUp: 0 };
  readonly #wiring: Wiring;
  readonly #http: HttpPost;
  readonly #saidAtMs = new Map<Answer, number>();
  #isOut = false;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
    this.#http = new HttpPost(wiring.url);
  }

  /** Settles when it was accepted or given up. While the gateway cannot be reached it waits, and that does not count. */
  async post(body: Buffer): Promise<void> {
    const signature = sign(this.#wiring.key, body);
    let refusals = 0;
    let outages = 0;
    while (refusals <= MAX_RETRIES) {
      if (refusals > 0) this.counts.retried += 1;
      const answer = await this.#attempt(body, signature);
      this.#tell(answer);
      if (isAccepted(answer)) {
        this.counts.accepted += 1;
        return;
      }
      if (answer === 'unreachable') outages += 1;
      else refusals += 1;
      await pause(this.#delayMs(refusals + outages));
    }
    this.counts.givenUp += 1;
  }

  close(): void {
    this.#http.close();
  }

  async #attempt(body: Buffer, signature: string): Promise<Answer> {
    try {
      return await this.#http.send(body, { 'content-type': 'application/json', [SIGNATURE_HEADER]: signature });
    } catch {
      // Whatever broke the connection means the same here, and #tell says so.
      return 'unreachable';
    }
  }

  /** Full jitter under a doubling ceiling. */
  #delayMs(attempt: number): number {
    const { random = Math.random } = this.#wiring;
    return random() * Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** Math.min(attempt, 10));
  }

  /** Says what is wrong, but each thing only now and then: an outage meets every webhook on its way. */
  #tell(answer: Answer): void {
    const nowMs = Date.now();
    const recovered = this.#isOut && answer !== 'unreachable';
    this.#isOut = answer === 'unreachable';
    if (recovered) this.#wiring.say(`reached ${this.#wiring.url.origin}`);
    if (isAccepted(answer) || nowMs - (this.#saidAtMs.get(answer) ?? -Infinity) < SAY_AGAIN_AFTER_MS) return;
    this.#saidAtMs.set(answer, nowMs);
    this.#wiring.say(problemOf(answer, this.#wiring.url));
  }
}

function isAccepted(answer: Answer): boolean {
  return answer !== 'unreachable' && answer >= 200 && answer < 300;
}

function problemOf(answer: Answer, url: URL): string {
  if (answer === 'unreachable') return `cannot reach ${url.origin}: waiting, and trying again with growing pauses`;
  if (answer === 401) return 'the gateway refuses the signature (401): it must know the public half of the key file';
  return `the gateway answered ${answer}: trying again with growing pauses`;
}

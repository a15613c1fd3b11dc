import type { KeyObject } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { sign, SIGNATURE_HEADER } from '@hub/crm-ghl';

/** GHL's own number; its spacing is not published beyond "exponential, with jitter". */
const MAX_RETRIES = 12;
const RETRY_BASE_MS = 1000;
const RETRY_CAP_MS = 60_000;
const TIMEOUT_MS = 10_000;

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
  #lastAnswer: number | 'unreachable' = 200;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  /** Settles when it was accepted or given up. While the gateway cannot be reached it waits, and that does not count. */
  async post(body: Buffer): Promise<void> {
    const signature = sign(this.#wiring.key, body);
    let outages = 0;
    for (let retry = 0; retry <= MAX_RETRIES;) {
      const answer = await this.#attempt(body, signature);
      this.#tell(answer);
      if (answer === 'unreachable') {
        outages += 1;
        await pause(this.#delayMs(outages));
        continue;
      }
      if (answer >= 200 && answer < 300) {
        this.counts.accepted += 1;
        return;
      }
      this.counts.retried += 1;
      retry += 1;
      await pause(this.#delayMs(retry));
    }
    this.counts.givenUp += 1;
  }

  async #attempt(body: Buffer, signature: string): Promise<number | 'unreachable'> {
    try {
      const response = await fetch(this.#wiring.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [SIGNATURE_HEADER]: signature },
        body: new Uint8Array(body),
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      // The connection can only be used again once the answer was read.
      await response.arrayBuffer();
      return response.status;
    } catch {
      // fetch rejects for every kind of failed connection; all of them mean the same here, and #tell says so.
      return 'unreachable';
    }
  }

  /** Full jitter under a doubling ceiling. */
  #delayMs(attempt: number): number {
    const { random = Math.random } = this.#wiring;
    return random() * Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** Math.min(attempt, 10));
  }

  /** Says it once when the gateway's answers change, not once per webhook. */
  #tell(answer: number | 'unreachable'): void {
    if (answer === this.#lastAnswer) return;
    const before = this.#lastAnswer;
    this.#lastAnswer = answer;
    this.#wiring.say(explain(answer, before, this.#wiring.url));
  }
}

function explain(answer: number | 'unreachable', before: number | 'unreachable', url: URL): string {
  if (answer === 'unreachable') return `cannot reach ${url.origin}: waiting, and trying again with growing pauses`;
  if (answer === 401) return 'the gateway refuses the signature (401): it must know the public half of the key file';
  if (answer >= 200 && answer < 300) return before === 'unreachable' ? `reached ${url.origin}` : 'accepted again';
  return `the gateway answers ${answer}: trying again with growing pauses`;
}

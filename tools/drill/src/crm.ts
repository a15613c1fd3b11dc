import { type KeyObject } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { atConstantRate } from '@hub/bench/arrival';
import { HttpPost, type PayloadStream, payloadStream, Random } from '@hub/brokerage';
import { sign, SIGNATURE_HEADER } from '@hub/crm-ghl';
import { type Attempt, judge } from './judge.ts';
import type { Outages } from './outages.ts';

export interface CrmOptions {
  readonly url: URL;
  readonly key: KeyObject;
  readonly tenants: readonly string[];
  readonly seed: number;
  readonly gatewayDown: Outages;
  readonly say: (line: string) => void;
  /** Share of webhooks that are delivered twice, at once or a little later; 0.05 when left out. */
  readonly copies?: number;
}

/** One webhook, signed. */
export interface Letter {
  readonly eventId: string;
  readonly tenantId: string;
  readonly body: Buffer;
  readonly signature: string;
}

/** What happened to attempts; one webhook may need several. */
export interface Counts {
  attempts: number;
  /** Attempts after the first of their webhook. */
  retried: number;
  /** Answered 429. */
  askedToWait: number;
  /** Broken connections while the gateway itself was down. */
  refusedWhileDown: number;
  /** Anything else that was not a 2xx, by what it was. */
  outOfContract: Map<string, number>;
}

/** The account of a sender that is done. */
export interface SentElsewhere {
  readonly sent: ReadonlySet<string>;
  readonly acked: ReadonlySet<string>;
  readonly counts: Counts;
}

/** A 2xx: when it came (`performance.now()`) and how long after it should have been sent. */
export interface Ack {
  readonly atMs: number;
  readonly tookMs: number;
}

/**
 * GHL's spacing is not published beyond "exponential, with jitter"; a drill has no time for minutes. Shorter pauses would
 * keep the machine busy with refused connections while the gateway tries to start on it.
 */
const RETRY = { baseMs: 250, capMs: 6_000 };
const TOLD = 3;
const COPY_WITHIN_MS = 3_000;
/** One request in so many comes over a connection of its own, the others over those that are kept. */
const FRESH_EVERY = 5;
/** How many of the last letters can be sent again. */
const REMEMBERED = 2_000;

/**
 * Sends signed webhooks as GoHighLevel does: at its own pace whatever the answers are, again after everything but a 2xx
 * with growing pauses, and now and then twice.
 */
export class Crm {
  /** Ids of everything sent, and of what was answered 2xx at least once. */
  readonly sent = new Set<string>();
  readonly acked = new Set<string>();
  readonly acks: Ack[] = [];
  readonly counts: Counts = {
    attempts: 0,
    retried: 0,
    askedToWait: 0,
    refusedWhileDown: 0,
    outOfContract: new Map(),
  };
  readonly #options: CrmOptions;
  readonly #kept: HttpPost;
  readonly #fresh: HttpPost;
  readonly #payloads: PayloadStream;
  readonly #random: Random;
  readonly #closing = new AbortController();
  readonly #remembered: Letter[] = [];
  #open = 0;
  #posted = 0;

  constructor(options: CrmOptions) {
    this.#options = options;
    this.#kept = new HttpPost(options.url);
    this.#fresh = new HttpPost(options.url, { keepAlive: false });
    this.#payloads = payloadStream(options.seed, options.tenants, { contacts: 400 });
    this.#random = new Random(`crm ${options.seed}`);
  }

  /** Deliveries that are not yet accepted. */
  get open(): number {
    return this.#open;
  }

  /** The next webhook of the seed's sequence. */
  next(): Letter {
    return this.seal(this.#payloads.next(Date.now()));
  }

  seal({ eventId, tenantId, body }: Pick<Letter, 'eventId' | 'tenantId' | 'body'>): Letter {
    return { eventId, tenantId, body, signature: sign(this.#options.key, body) };
  }

  /**
   * Sends new webhooks at a constant rate until `stopping` aborts. Their retries go on after that.
   * @param next Where they come from, when not from the seed's own sequence.
   */
  flow(
    ratePerS: number,
    stopping: AbortSignal,
    next: (intendedMs: number) => Letter = () => this.next(),
  ): Promise<void> {
    const { copies = 0.05 } = this.#options;
    return atConstantRate(
      ratePerS,
      Number.MAX_SAFE_INTEGER,
      (_, intendedMs) => {
        const letter = next(intendedMs);
        this.#remember(letter);
        void this.deliver(letter, intendedMs);
        if (!this.#random.chance(copies)) return;
        const afterMs = this.#random.chance(0.5) ? 0 : this.#random.int(COPY_WITHIN_MS);
        void this.#later(afterMs, letter);
      },
      stopping,
    );
  }

  /** Until it is accepted, or `close` gives up. @returns the attempts it took. */
  async deliver(letter: Letter, intendedMs = performance.now()): Promise<number> {
    this.sent.add(letter.eventId);
    this.#open += 1;
    for (let attempt = 1; ; attempt += 1) {
      if (attempt > 1) this.counts.retried += 1;
      const accepted = (await this.attempt(letter, intendedMs)).kind === 'acked';
      if (accepted || this.#closing.signal.aborted) {
        if (accepted) this.#open -= 1;
        return attempt;
      }
      await this.#pause(this.#random.unit() * Math.min(RETRY.capMs, RETRY.baseMs * 2 ** Math.min(attempt, 10)));
    }
  }

  /** Delivers webhooks of the past once more, until each is accepted. */
  async resend(count: number): Promise<void> {
    const past = this.#remembered;
    await Promise.all(Array.from({ length: count }, () => this.deliver(this.#random.pick(past))));
  }

  /** One request, counted. */
  async attempt(letter: Letter, intendedMs = performance.now()): Promise<Attempt> {
    const { gatewayDown } = this.#options;
    const sentMs = performance.now();
    const answer = await this.#post(letter);
    const nowMs = performance.now();
    const attempt = judge(answer, () => gatewayDown.during(sentMs, nowMs));
    // After `close` connections are cut by us.
    if (!this.#closing.signal.aborted) this.#count(attempt, letter, { atMs: nowMs, tookMs: nowMs - intendedMs });
    return attempt;
  }

  /** Answers for what another sender sent, too. */
  takeOver({ sent, acked, counts }: SentElsewhere): void {
    for (const eventId of sent) this.sent.add(eventId);
    for (const eventId of acked) this.acked.add(eventId);
    this.counts.attempts += counts.attempts;
    this.counts.retried += counts.retried;
    this.counts.askedToWait += counts.askedToWait;
    this.counts.refusedWhileDown += counts.refusedWhileDown;
    for (const [what, times] of counts.outOfContract) {
      this.counts.outOfContract.set(what, (this.counts.outOfContract.get(what) ?? 0) + times);
    }
  }

  /** Gives up what is not accepted by now. */
  close(): void {
    this.#closing.abort();
    this.#kept.close();
    this.#fresh.close();
  }

  #count(attempt: Attempt, { eventId }: Letter, ack: Ack): void {
    const { counts } = this;
    counts.attempts += 1;
    switch (attempt.kind) {
      case 'acked':
        this.acked.add(eventId);
        this.acks.push(ack);
        break;
      case 'askedToWait':
        counts.askedToWait += 1;
        break;
      case 'refusedWhileDown':
        counts.refusedWhileDown += 1;
        break;
      case 'outOfContract':
        this.#broken(attempt.what, eventId, ack.tookMs);
    }
  }

  #remember(letter: Letter): void {
    if (this.#remembered.length < REMEMBERED) this.#remembered.push(letter);
    else this.#remembered[this.#random.int(REMEMBERED)] = letter;
  }

  /** The first of each kind are told while they happen, when other things that happen tell why. */
  #broken(what: string, eventId: string, tookMs: number): void {
    const times = (this.counts.outOfContract.get(what) ?? 0) + 1;
    this.counts.outOfContract.set(what, times);
    if (times <= TOLD)
      this.#options.say(`out of contract: ${what} after ${(tookMs / 1_000).toFixed(1)} s (${eventId})`);
  }

  async #post({ body, signature }: Letter): Promise<number | Error> {
    this.#posted += 1;
    const http = this.#posted % FRESH_EVERY === 0 ? this.#fresh : this.#kept;
    try {
      return await http.send(body, { 'content-type': 'application/json', [SIGNATURE_HEADER]: signature });
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  async #later(afterMs: number, letter: Letter): Promise<void> {
    await this.#pause(afterMs);
    if (!this.#closing.signal.aborted) await this.deliver(letter);
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#closing;
    await pause(ms, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

import type { ReceivedWebhook } from '@hub/contracts';
import { mayBeStored, MessageTooLarge, PackPublisher } from '@hub/messaging';
import { type Breaker, DependencyUnavailable } from '@hub/resilience';
import type { Source, SourceRequest, Verdict } from '@hub/sources';
import { createLogger, createRegistry } from '@hub/telemetry';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { setImmediate } from 'node:timers/promises';
import { type AdmitParts, admitWebhook } from './admit-webhook.ts';
import { answerTo } from './answers.ts';
import { Duplicates } from './duplicates.ts';
import { GatewayMetrics } from './gateway-metrics.ts';
import { KnownTenants } from './known-tenants.ts';
import { Precaution } from './quarantine-precaution.ts';
import { Quarantine } from './quarantine.ts';
import { type MarkStore, SharedMarks } from './shared-marks.ts';

/** What becomes of one write: whether the broker has it, and what we are told of it. */
interface Write {
  readonly stored: boolean;
  readonly error: Error | null;
}

const LINK_LOST = new DependencyUnavailable('nats', 'lost while waiting for its answer');
const ACKNOWLEDGED: Write = { stored: true, error: null };

const FAILING: readonly Write[] = [
  { stored: true, error: new Error('timeout') },
  { stored: false, error: new Error('timeout') },
  { stored: true, error: LINK_LOST },
  { stored: false, error: LINK_LOST },
  { stored: false, error: new DependencyUnavailable('nats', 'not connected', undefined, false) },
  { stored: false, error: new DependencyUnavailable('nats', 'its breaker is open', undefined, false) },
  { stored: false, error: new MessageTooLarge('no room') },
];

const MARKS = ['works', 'works', 'works', 'works', 'forgets', 'garbage', 'short', 'away'] as const;

const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('send' as const), event: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('time passes' as const), ms: fc.nat(150) }) },
  { weight: 2, arbitrary: fc.constantFrom({ kind: 'broker loses all' as const }, { kind: 'broker unsure' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sources' as const), known: fc.boolean() }) },
);

const faults = fc.record({
  steps: fc.array(step, { maxLength: 60, size: 'max' }),
  writes: fc.infiniteStream(
    fc.oneof(
      { weight: 6, arbitrary: fc.constant(ACKNOWLEDGED) },
      { weight: 7, arbitrary: fc.constantFrom(...FAILING) },
    ),
  ),
  marks: fc.infiniteStream(fc.constantFrom(...MARKS)),
  lanes: fc.infiniteStream(fc.constantFrom('live' as const, 'slow' as const)),
  scheduler: fc.scheduler(),
});

/** A broker that can lose its disk; knows what was ever stored on which. */
class ModelBroker {
  readonly #stored = new Map<string, number>();
  disk = 0;

  store(pack: readonly ReceivedWebhook[]): void {
    for (const { eventId } of pack) this.#stored.set(eventId, this.disk);
  }

  /** Whether the event is on a disk that is no older than that one. */
  has(eventId: string, disk: number): boolean {
    return (this.#stored.get(eventId) ?? -1) >= disk;
  }
}

const passThrough: Breaker = {
  name: 'redis',
  state: 'closed',
  call: (work) => work(new AbortController().signal),
};

function modelMarks(next: () => (typeof MARKS)[number], scheduler: fc.Scheduler): MarkStore {
  const texts = new Map<string, string>();
  return {
    read: async (keys) => {
      await scheduler.schedule(Promise.resolve());
      switch (next()) {
        case 'works':
          return keys.map((key) => texts.get(key) ?? null);
        case 'forgets':
          texts.clear();
          return keys.map(() => null);
        case 'garbage':
          return keys.map(() => '1764000000000');
        case 'short':
          return ['seen:5'].slice(0, keys.length - 1);
        default:
          throw new Error('not connected');
      }
    },
    writeNew: async (marks) => {
      await scheduler.schedule(Promise.resolve());
      if (next() === 'away') throw new Error('not connected');
      for (const { key, text } of marks) texts.set(key, texts.get(key) ?? text);
    },
  };
}

it('answers what is signed with 2xx or 429 whatever fails, and with 2xx only what is on disk', async () => {
  await fc.assert(
    fc.asyncProperty(faults, async ({ steps, writes, marks, lanes, scheduler }) => {
      const logger = createLogger('spec', 'silent');
      const broker = new ModelBroker();
      let healed = false;
      let nowMs = 1_000;
      let verdict: Verdict = { ok: true, keyId: 'k' };
      const packs = new PackPublisher<ReceivedWebhook>({
        write: async (pack) => {
          const { disk } = broker;
          const fate = healed ? ACKNOWLEDGED : writes.next().value;
          if (fate.stored) broker.store(pack);
          // Marks go out once per turn of the event loop: a write takes a turn at least.
          await scheduler.schedule(setImmediate());
          if (broker.disk !== disk) throw LINK_LOST;
          if (fate.error) throw fate.error;
        },
        mayBeWritten: mayBeStored,
        sizeOf: () => 1,
        maxPackBytes: 10,
        maxPackCount: 2,
        maxWaitingBytes: 5,
        maxWaitMs: 100,
        nowMs: () => nowMs,
      });
      const duplicates = new Duplicates(
        new SharedMarks(
          modelMarks(() => marks.next().value, scheduler),
          passThrough,
          logger,
        ),
      );
      const parts: AdmitParts = {
        quarantine: new Quarantine({
          publisher: { publish: () => Promise.reject(new Error('not needed')) },
          maxMessageBytes: 1_000,
          precaution: new Precaution(new KnownTenants()),
          metrics: new GatewayMetrics(createRegistry('spec')),
          logger,
        }),
        duplicates,
        laneOf: () => lanes.next().value,
        inbox: { send: (webhook, _lane, isNeedless) => packs.send(webhook, isNeedless) },
        onDuplicate: () => undefined,
        onKeyUsed: () => undefined,
        onChecked: () => undefined,
      };
      const source: Source = {
        id: 's',
        kind: 'hmac',
        signedHeaders: ['x-signature'],
        verify: () => verdict,
        read: ({ body }) => [{ eventId: Buffer.from(body).toString(), tenantId: 't', type: null, body }],
      };
      const send = async (event: number): Promise<number> => {
        const request: SourceRequest = { headers: {}, body: Buffer.from(`e-${event}`), pathToken: null, nowMs };
        const { disk } = broker;
        const { status } = answerTo(await admitWebhook(parts, source, request));
        expect([200, 429]).toContain(status);
        if (status === 200) expect(broker.has(`e-${event}`, disk)).toBe(true);
        return status;
      };

      duplicates.trust('disk 0');
      const answers: Promise<number>[] = [];
      const happening = scheduler.scheduleSequence(
        steps.map((each) => async () => {
          if (each.kind === 'send') answers.push(send(each.event));
          if (each.kind === 'time passes') nowMs += each.ms;
          if (each.kind === 'sources')
            verdict = each.known ? { ok: true, keyId: 'k' } : { ok: false, reason: 'notKnownYet' };
          if (each.kind === 'broker unsure' || each.kind === 'broker loses all') duplicates.trust(null);
          if (each.kind === 'broker loses all') {
            broker.disk += 1;
            duplicates.trust(`disk ${broker.disk}`);
          }
        }),
      );
      await scheduler.waitFor(happening.task);
      await scheduler.waitFor(Promise.all(answers));
      expect(packs.waitingBytes).toBe(0);

      // Once all is well, what is sent again is taken.
      healed = true;
      verdict = { ok: true, keyId: 'k' };
      duplicates.trust(`disk ${broker.disk}`);
      for (let event = 0; event < 4; event += 1) expect(await scheduler.waitFor(send(event))).toBe(200);
    }),
    { numRuns: 400 },
  );
});

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HubApi } from '../hub-api.ts';
import { orderReplay, type ReplayTarget } from './order-replay.ts';
import type { Reach, ReplayAnswer, ReplayJob } from './replay-job.ts';
import { replays } from './replays.ts';

const REACH: Reach = { matched: 3, events: 3, leads: 2, more: false };

const JOB: ReplayJob = {
  id: '7',
  tenantId: 'maple',
  kind: 'dead',
  filter: {},
  state: 'running',
  ratePerS: 50,
  total: 3,
  sent: 0,
  leads: 2,
  requestedBy: 'operator',
  reason: 'mended',
  failure: null,
  createdAtMs: 0,
  updatedAtMs: 0,
  finishedAtMs: null,
};

const TARGET: ReplayTarget = {
  what: 'letters',
  path: '/api/dead-letters/replays',
  tenant: 'maple',
  filter: { reason: 'notJson' },
};

/** Answers in turn, and what was asked. */
class Answers extends HubApi {
  readonly asked: { readonly method: string; readonly path: string; readonly body: unknown }[] = [];
  readonly #answers: readonly object[];

  constructor(...answers: readonly object[]) {
    super('http://nowhere', () => 'nobody');
    this.#answers = answers;
  }

  override async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    this.asked.push({ method, path, body });
    return this.#answers[this.asked.length - 1] as T;
  }
}

let printed = '';
let told = '';

beforeEach(() => {
  [printed, told] = ['', ''];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    told += String(text);
    return true;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
});

const answer = (job: ReplayJob | null, reach = REACH): ReplayAnswer => ({ reach, job });
const given = (flags: readonly string[], values: Readonly<Record<string, string>> = {}) => ({
  values,
  flags: new Set(flags),
});

describe('a replay from the command line', () => {
  it('is followed to its end', async () => {
    const api = new Answers(answer(null), answer(JOB), { ...JOB, state: 'done', sent: 3 });
    expect(await orderReplay(api, TARGET, given(['yes'], { rate: '9', because: 'mended' }))).toBe(0);
    const order = { tenant: 'maple', filter: { reason: 'notJson' }, ratePerS: 9, reason: 'mended' };
    expect(api.asked).toEqual([
      { method: 'POST', path: TARGET.path, body: { ...order, dryRun: true } },
      { method: 'POST', path: TARGET.path, body: order },
      { method: 'GET', path: '/api/replays/7', body: undefined },
    ]);
    expect(printed).toBe('replay 7: 3 of 3 sent (100 %), done\n');
    expect(told).toContain('replays cancel 7');
  });

  it('that fails or is cancelled ends with 1, and says so', async () => {
    const failed = new Answers(answer(null), answer(JOB), { ...JOB, state: 'failed', failure: 'TypeError' });
    expect(await orderReplay(failed, TARGET, given(['yes']))).toBe(1);
    expect(printed).toContain('failed: TypeError\n');
    const cancelled = new Answers(answer(null), answer(JOB), { ...JOB, state: 'cancelled' });
    expect(await orderReplay(cancelled, TARGET, given(['yes']))).toBe(1);
  });

  it('is not followed where that is not wanted', async () => {
    const api = new Answers(answer(null), answer(JOB));
    expect(await orderReplay(api, TARGET, given(['yes', 'detach', 'json']))).toBe(0);
    expect(JSON.parse(printed)).toEqual({ reach: REACH, job: JOB });
  });

  it('only looks in a dry run, and where nothing matches', async () => {
    const dry = new Answers(answer(null));
    expect(await orderReplay(dry, TARGET, given(['dry-run']))).toBe(0);
    expect(printed).toBe('would send again 3 letters: 3 events of 2 leads\n');
    const nothing = new Answers(answer(null, { ...REACH, matched: 0 }));
    expect(await orderReplay(nothing, TARGET, given(['yes']))).toBe(0);
    expect([dry.asked.length, nothing.asked.length]).toEqual([1, 1]);
  });

  it.each(['0', '1.5', 'fast'])('has no rate of %s, and asks nothing', async (rate) => {
    const api = new Answers();
    await expect(orderReplay(api, TARGET, given(['yes'], { rate }))).rejects.toThrow('--rate');
    expect(api.asked).toEqual([]);
  });
});

describe('replays', () => {
  it.each([
    [['cancel', '7'], 'POST', '/api/replays/7/cancel'],
    [['status', '7'], 'GET', '/api/replays/7'],
  ])('%j is asked for', async (args, method, path) => {
    const api = new Answers({ ...JOB, state: 'cancelled' });
    expect(await replays(api, args)).toBe(0);
    expect(api.asked).toEqual([{ method, path, body: undefined }]);
    expect(printed).toContain('replay 7: 0 of 3 sent (0 %), cancelled');
  });

  it('cancel one that is named, and know nothing else', async () => {
    await expect(replays(new Answers(), ['cancel'])).rejects.toThrow('which?');
    await expect(replays(new Answers(), ['stop', '7'])).rejects.toThrow('status and cancel');
  });
});

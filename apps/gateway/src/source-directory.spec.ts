import type { SourceConfiguration } from '@hub/contracts';
import { parseKeyRing } from '@hub/crm-ghl';
import type { Tail, Tailed } from '@hub/messaging';
import { apiKeyText, GHL_SOURCE_ID, Sealing, type SourceRequest } from '@hub/sources';
import { createLogger } from '@hub/telemetry';
import { afterEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { SourceDirectory } from './source-directory.ts';

const sealing = new Sealing(randomBytes(32));
const secret = randomBytes(32).toString('hex');

/** The stream of configurations as far as the directory sees it. */
class ModelStream {
  readonly #waiting: SourceConfiguration[] = [];
  #wake: () => void = () => undefined;
  #stopped = false;
  onCaughtUp: () => void = () => undefined;

  say(...configurations: readonly SourceConfiguration[]): void {
    this.#waiting.push(...configurations);
    this.#wake();
  }

  tail(): Tail<SourceConfiguration> {
    return {
      stop: () => {
        this.#stopped = true;
        this.#wake();
      },
      [Symbol.asyncIterator]: () => this.#follow(),
    };
  }

  async *#follow(): AsyncGenerator<Tailed<SourceConfiguration>> {
    while (!this.#stopped) {
      const payload = this.#waiting.shift();
      if (payload !== undefined)
        yield { sequence: 1, tokens: [payload.sourceId], payload, traceparent: null, receivedAtMs: null };
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

const following: { readonly directory: SourceDirectory; readonly end: Promise<void> }[] = [];

afterEach(async () => {
  for (const { directory, end } of following.splice(0)) {
    directory.stop();
    await end;
  }
});

function newDirectory(opensWith: Sealing | null = sealing) {
  const stream = new ModelStream();
  const lines: string[] = [];
  const directory = new SourceDirectory({
    configurations: (onCaughtUp) => {
      stream.onCaughtUp = onCaughtUp;
      return stream.tail();
    },
    sealing: opensWith,
    platform: { keys: parseKeyRing(''), appId: null },
    logger: createLogger('spec', 'info', { write: (line: string) => void lines.push(line) }),
  });
  following.push({ directory, end: directory.follow() });
  return { directory, stream, lines };
}

function configured(
  more: Partial<SourceConfiguration> = {},
  keyIds: readonly string[] = ['key1'],
): SourceConfiguration {
  const sourceId = more.sourceId ?? 'src1';
  return {
    sourceId,
    kind: 'events',
    tenantId: 'maple',
    name: 'Importer',
    state: 'active',
    keys: keyIds.map((keyId) => ({
      keyId,
      sealed: sealing.seal(secret, { sourceId, keyId }),
      notBeforeMs: null,
      notAfterMs: null,
    })),
    hmac: null,
    version: 1,
    ...more,
  };
}

/** Everything said so far is read. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

async function said(stream: ModelStream, ...configurations: readonly SourceConfiguration[]): Promise<void> {
  stream.say(...configurations);
  await settled();
}

function requestWith(sent: string, sourceId = 'src1'): SourceRequest {
  const headers = { authorization: `Bearer ${apiKeyText({ sourceId, secret: sent })}` };
  return { headers, body: Buffer.from('{}'), pathToken: null, nowMs: 5 };
}

async function verdictOf(directory: SourceDirectory, sent: string): Promise<unknown> {
  const found = directory.find('src1');
  return found.kind === 'source' ? found.source.verify(requestWith(sent)) : found.kind;
}

describe('the directory of sources', () => {
  it('asks to come again until it has read everything, but takes at once what a known key made', async () => {
    const { directory, stream } = newDirectory();
    expect(directory.find('src1')).toEqual({ kind: 'notKnownYet' });
    expect(() => directory.assertCaughtUp()).toThrow('not every source');
    await said(stream, configured());
    expect(await verdictOf(directory, secret)).toEqual({ ok: true, keyId: 'key1' });
    expect(await verdictOf(directory, 'f'.repeat(64))).toEqual({ ok: false, reason: 'notKnownYet' });
    stream.onCaughtUp();
    expect(await verdictOf(directory, 'f'.repeat(64))).toEqual({ ok: false, reason: 'mismatch' });
    expect(directory.find('nosuch')).toEqual({ kind: 'unknown' });
    expect(() => directory.assertCaughtUp()).not.toThrow();
  });

  it('tells no stranger from a friend while the broker knows of no source at all', async () => {
    const { directory, stream } = newDirectory();
    await settled();
    stream.onCaughtUp();
    expect(directory.find('src1')).toEqual({ kind: 'notKnownYet' });
  });

  it("knows the platform's own source without being told", async () => {
    const { directory, stream } = newDirectory();
    expect(directory.find(GHL_SOURCE_ID).kind).toBe('source');
    await settled();
    stream.onCaughtUp();
    expect(directory.find(GHL_SOURCE_ID).kind).toBe('source');
  });

  it('goes by the newest version, whatever order they come in', async () => {
    const { directory, stream } = newDirectory();
    await said(stream, configured({ version: 3, state: 'revoked', keys: [] }), configured({ version: 2 }));
    stream.onCaughtUp();
    expect(directory.find('src1')).toEqual({ kind: 'unknown' });
    expect(directory.counts).toEqual({ active: 1, revoked: 1, disabled: 0 });
  });

  it('tells who listens whose keys are no longer what they were, and only then', async () => {
    const { directory, stream } = newDirectory();
    const changed: string[] = [];
    directory.onKeysChanged((sourceId) => changed.push(sourceId));
    await said(stream, configured({ version: 2 }), configured({ version: 1 }), configured({ version: 3 }));
    expect(changed).toEqual(['src1', 'src1']);
  });

  it.each<[string, Sealing | null]>([
    ['another SECRETS_KEY', new Sealing(randomBytes(32))],
    ['none', null],
  ])('fails closed with %s: nothing is taken, and the sender is asked to come again', async (_, opensWith) => {
    const { directory, stream, lines } = newDirectory(opensWith);
    await said(stream, configured());
    stream.onCaughtUp();
    for (const sent of [secret, 'f'.repeat(64)])
      expect(await verdictOf(directory, sent)).toEqual({ ok: false, reason: 'notKnownYet' });
    expect(directory.counts).toEqual({ active: 1, revoked: 0, disabled: 1 });
    expect(lines.join('')).toMatch(/"sourceId":"src1","keyIds":\["key1"\].*Is SECRETS_KEY the one/);
    expect(lines.join('')).not.toContain(secret);
  });

  it('goes on with the keys that open, and is unsure of the rest', async () => {
    const { directory, stream } = newDirectory();
    const damaged = { keyId: 'key2', sealed: 'AAAA', notBeforeMs: null, notAfterMs: null };
    const both = configured();
    await said(stream, { ...both, keys: [...both.keys, damaged] });
    stream.onCaughtUp();
    expect(await verdictOf(directory, secret)).toEqual({ ok: true, keyId: 'key1' });
    expect(await verdictOf(directory, 'f'.repeat(64))).toEqual({ ok: false, reason: 'notKnownYet' });
  });

  it('makes nothing of a configuration without a tenant', async () => {
    const { directory, stream } = newDirectory();
    await said(stream, configured({ tenantId: null }));
    stream.onCaughtUp();
    expect(directory.find('src1')).toEqual({ kind: 'notKnownYet' });
  });
});

import { apiKeyText, type Source, type SourceRequest } from '@hub/sources';
import { describe, expect, it } from '@jest/globals';
import { admitRequest, type Target } from './admit-request.ts';
import type { Found } from './source-directory.ts';

const KEY = 'f'.repeat(64);

function sourceOf(id: string): Source {
  return { id, kind: 'events', signedHeaders: [], verify: () => ({ ok: true, keyId: 'k' }), read: () => [] };
}

const known: Readonly<Record<string, Found>> = {
  src1: { kind: 'source', source: sourceOf('src1') },
  starting: { kind: 'notKnownYet' },
};

async function admitted(target: Target, authorization?: string): Promise<[asked: string[], outcome: unknown]> {
  const asked: string[] = [];
  const headers: SourceRequest['headers'] = { authorization };
  const request: SourceRequest = { headers, body: Buffer.from('{}'), pathToken: null, nowMs: 5 };
  const { outcome } = await admitRequest(
    { find: (id) => known[id] ?? { kind: 'unknown' } },
    (source) => {
      asked.push(source.id);
      return Promise.resolve({ outcome: 'accepted', eventIds: ['e'] });
    },
    target,
    request,
  );
  return [asked, outcome];
}

describe('a request', () => {
  it.each<[string, Target, string | undefined, string[], string]>([
    ['to the URL of a source', { sourceId: 'src1' }, undefined, ['src1'], 'accepted'],
    ['to the URL of a source that may be known soon', { sourceId: 'starting' }, undefined, [], 'notKnownYet'],
    ['to a URL of no source', { sourceId: 'nosuch' }, undefined, [], 'unknownSource'],
    [
      'to a URL of a source, with the key of another',
      { sourceId: 'nosuch' },
      `Bearer ${apiKeyText({ sourceId: 'src1', secret: KEY })}`,
      [],
      'unknownSource',
    ],
    [
      'to our own API, with a key that names its source',
      'eventsApi',
      `Bearer ${apiKeyText({ sourceId: 'src1', secret: KEY })}`,
      ['src1'],
      'accepted',
    ],
    [
      'to our own API, with a key of no source',
      'eventsApi',
      `Bearer ${apiKeyText({ sourceId: 'nosuch', secret: KEY })}`,
      [],
      'unknownSource',
    ],
    ['to our own API without a key', 'eventsApi', undefined, [], 'missing'],
    ['to our own API with what is no key', 'eventsApi', 'Basic abc', [], 'missing'],
  ])('%s is taken for whom it names', async (_, target, authorization, asked, outcome) => {
    expect(await admitted(target, authorization)).toEqual([asked, outcome]);
  });
});

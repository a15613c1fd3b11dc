import type { Tally } from '@hub/contracts';
import type { Publisher } from '@hub/messaging';
import { createLogger } from '@hub/telemetry';
import { describe, expect, it } from '@jest/globals';
import { AnswerTally } from './answer-tally.ts';
import type { Admission, Refusal } from './answers.ts';

const body = Buffer.from('{"name":"Zoe 7"}');
const portal = { id: 'portal', kind: 'hmac' } as const;

function tallyTo(sent: Tally[]): AnswerTally {
  const publish: Publisher['publish'] = async (_contract, _tokens, payload) => {
    sent.push(payload as Tally);
    return { sequence: sent.length };
  };
  return new AnswerTally({ publish }, createLogger('spec', 'silent'));
}

async function toldOf(answers: readonly (readonly [Admission, atMs: number])[]): Promise<Tally | undefined> {
  const sent: Tally[] = [];
  const tally = tallyTo(sent);
  for (const [admission, atMs] of answers) tally.answered({ admission, source: portal, body, atMs, latencyMs: 1 });
  await tally.onApplicationShutdown();
  return sent[0];
}

const refused = (outcome: Refusal, atMs: number) => [{ outcome }, atMs] as const;

describe('the tally of answers', () => {
  it('names a source of which webhooks are held back: since when, how many, how many of them are kept', async () => {
    const told = await toldOf([refused('quarantined', 5), refused('suspect', 8), refused('quarantined', 7)]);
    expect(told?.suspects).toEqual([
      { sourceId: 'portal', source: 'hmac', firstAtMs: 5, lastAtMs: 8, heldBack: 3, kept: 2 },
    ]);
    expect(told?.refusals).toEqual([]);
  });

  it('samples what no retry can help, masked, and no other refusal', async () => {
    const told = await toldOf([
      refused('mismatch', 5),
      refused('overloaded', 6),
      [{ outcome: 'accepted', eventIds: ['e'], tenantId: 'loc1' }, 7],
    ]);
    expect(told?.refusals).toEqual([
      { source: 'hmac', sourceId: 'portal', reason: 'mismatch', atMs: 5, maskedStart: '{"xxxx":"xxx 0"}' },
    ]);
    expect(told?.suspects).toEqual([]);
  });
});

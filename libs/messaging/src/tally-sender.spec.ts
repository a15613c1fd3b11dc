import type { Tally } from '@hub/contracts';
import { createLogger } from '@hub/telemetry';
import { describe, expect, it } from '@jest/globals';
import { CountsAccumulator } from './counts.ts';
import { TallySender } from './tally-sender.ts';

function senderTo(answer: () => Promise<void>) {
  const sent: { tally: Tally; id: string | undefined }[] = [];
  const counts = new CountsAccumulator();
  const sender = new TallySender({
    service: 'gateway',
    counts,
    logger: createLogger('spec', 'silent'),
    publisher: {
      publish: async (_contract, _tokens, payload, about) => {
        sent.push({ tally: payload as unknown as Tally, id: about?.messageId });
        await answer();
        return { sequence: sent.length };
      },
    },
  });
  const count = (tenantId: string) =>
    counts.count({ path: 'ack', tenantId, outcome: 'accepted', atMs: 0, latencyMs: 1 });
  return { sender, sent, count };
}

describe('a tally', () => {
  it('is not sent while there is nothing to tell', async () => {
    const { sender, sent } = senderTo(async () => undefined);
    await sender.flush();
    expect(sent).toEqual([]);
  });

  it('is sent again under the same id until the broker has it, and counting goes on meanwhile', async () => {
    let isAway = true;
    const { sender, sent, count } = senderTo(async () => {
      if (isAway) throw new Error('away');
    });
    count('loc1');
    await sender.flush();
    count('loc2');
    isAway = false;
    await sender.flush();
    await sender.flush();
    expect(sent.map(({ tally }) => tally.minutes.map(({ tenantId }) => tenantId))).toEqual([
      ['loc1'],
      ['loc1'],
      ['loc2'],
    ]);
    expect(sent[0]?.id).toBe(sent[1]?.id);
    expect(sent[1]?.id).not.toBe(sent[2]?.id);
  });

  it('is split when many tenants were counted', async () => {
    const { sender, sent, count } = senderTo(async () => undefined);
    for (let tenant = 0; tenant < 1_200; tenant += 1) count(`loc${tenant}`);
    await sender.stop();
    expect(sent.map(({ tally }) => tally.minutes.length)).toEqual([500, 500, 200]);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(3);
  });
});

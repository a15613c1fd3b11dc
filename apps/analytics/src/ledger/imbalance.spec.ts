import type { StoredWebhook } from '@hub/contracts';
import { describe, expect, it } from '@jest/globals';
import { imbalancesOf, type OverduePack } from './imbalance.ts';

const webhook = (tenantId: string | null, eventId: string, receivedAtMs = 1_000): StoredWebhook => ({
  eventId,
  tenantId,
  source: 'ghl',
  sourceId: 'ghl',
  receivedAtMs,
  body: Buffer.of(),
});
const pack = (sequence: number, ...webhooks: StoredWebhook[]): OverduePack => ({
  sequence,
  storedAtMs: sequence * 10,
  isSettled: false,
  lane: 'live',
  totals: {},
  webhooks,
});

describe('imbalances of overdue packs', () => {
  it('name the webhooks of each tenant, their packs and the oldest', () => {
    const found = imbalancesOf([
      pack(1, webhook('maple', 'a', 900), webhook('oak', 'b')),
      pack(2, webhook('maple', 'c')),
    ]);
    expect(found).toEqual([
      {
        subject: 'ledger',
        tenantId: 'maple',
        summary: '2 webhooks are not accounted for after 2 minutes',
        context: {
          webhooks: 2,
          oldestMs: 900,
          lanes: ['live'],
          eventIds: ['a', 'c'],
          packs: [
            { sequence: 1, storedAtMs: 10, isSettled: false },
            { sequence: 2, storedAtMs: 20, isSettled: false },
          ],
        },
      },
      expect.objectContaining({ tenantId: 'oak', context: expect.objectContaining({ eventIds: ['b'] }) }),
    ]);
  });

  it('count all webhooks and name a hundred', () => {
    const many = Array.from({ length: 250 }, (_, at) => webhook('maple', `e${at}`));
    const [found] = imbalancesOf([pack(1, ...many)]);
    expect(found?.context).toMatchObject({ webhooks: 250, eventIds: many.slice(0, 100).map(({ eventId }) => eventId) });
  });

  it('say how many there are in all, those included in packs that were not read', () => {
    const [found] = imbalancesOf([{ ...pack(1, webhook('maple', 'a')), totals: { maple: 70_000 } }]);
    expect(found).toMatchObject({ summary: expect.stringMatching(/^70000 /), context: { webhooks: 70_000 } });
  });

  it('do not exist for probes', () => {
    expect(imbalancesOf([pack(1, { ...webhook(null, 'p'), source: 'probe' })])).toEqual([]);
  });
});

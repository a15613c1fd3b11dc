import { describe, expect, it } from '@jest/globals';
import type { LeadScoreAnswer, LeadScoreRequest } from '@hub/contracts';
import { type Judge, ScoreRequests } from './score-requests.ts';

const LIMITS = { batchLeads: 4, waitingLeads: 10, waitingLeadsOfTenant: 6 };
const FAR_MS = 3_600_000;
const NOW_MS = 1_000_000;

function asking(tenantId: string, leads: number, leftMs = FAR_MS): LeadScoreRequest {
  const leadIds = Array.from({ length: leads }, (_, at) => `${tenantId}-${at}`);
  return { tenantId, leadIds, deadlineMs: NOW_MS + leftMs };
}

const notFound = ({ leadIds }: LeadScoreRequest): LeadScoreAnswer[] =>
  leadIds.map((leadId) => ({ found: false, leadId }));

/** Batches of tenants as they were judged; each goes on once it is let go. */
function held(judge: (batch: readonly LeadScoreRequest[]) => LeadScoreAnswer[][] = (batch) => batch.map(notFound)) {
  const batches: string[] = [];
  const gates: (() => void)[] = [];
  const judging: Judge = async (batch) => {
    batches.push(batch.map(({ tenantId }) => tenantId).join(' '));
    await new Promise<void>((go) => gates.push(go));
    return judge(batch);
  };
  const letGo = async (): Promise<void> => {
    while (gates.length === 0) await new Promise(setImmediate);
    gates.shift()?.();
  };
  return { batches, letGo, requests: new ScoreRequests(judging, LIMITS, () => NOW_MS) };
}

describe('requests for scores', () => {
  it('are judged together across tenants, the next while the ones before are under way', async () => {
    const { batches, letGo, requests } = held();
    const first = [requests.ask(asking('maple', 1)), requests.ask(asking('birch', 1))];
    while (batches.length === 0) await new Promise(setImmediate);
    const later = [requests.ask(asking('cedar', 1)), requests.ask(asking('maple', 2))];
    await letGo();
    await letGo();
    expect(await Promise.all([...first, ...later])).toEqual(
      [asking('maple', 1), asking('birch', 1), asking('cedar', 1), asking('maple', 2)].map((request) => ({
        outcome: 'scored',
        leads: notFound(request),
      })),
    );
    expect(batches).toEqual(['maple birch', 'cedar maple']);
  });

  it('go in batches of so many leads, in their order; a larger one goes alone', async () => {
    const { batches, letGo, requests } = held();
    const asked = [asking('maple', 3), asking('birch', 1), asking('cedar', 1), asking('birch', 5)];
    const replies = Promise.all(asked.map((request) => requests.ask(request)));
    for (let batch = 0; batch < 3; batch += 1) await letGo();
    expect((await replies).map(({ outcome }) => outcome)).toEqual(asked.map(() => 'scored'));
    expect(batches).toEqual(['maple birch', 'cedar', 'birch']);
  });

  it('are told at once when their deadline is past, and nobody works for them', async () => {
    const { batches, requests } = held();
    expect(await requests.ask(asking('maple', 1, 0))).toEqual({ outcome: 'expired' });
    expect(batches).toEqual([]);
  });

  it('are told when their deadline passes under way, and those that expired while waiting are left out', async () => {
    const { batches, letGo, requests } = held();
    const [slow, waiting] = [requests.ask(asking('maple', 1)), requests.ask(asking('birch', 4, 5))];
    const alsoSlow = requests.ask(asking('cedar', 1, 5));
    expect(await Promise.all([waiting, alsoSlow])).toEqual([{ outcome: 'expired' }, { outcome: 'expired' }]);
    await letGo();
    expect(await slow).toMatchObject({ outcome: 'scored' });
    const last = requests.ask(asking('dogwood', 1));
    await letGo();
    expect(await last).toMatchObject({ outcome: 'scored' });
    expect(batches).toEqual(['maple', 'dogwood']);
  });

  it('are refused while too many leads wait, of a tenant sooner than of all', async () => {
    const { batches, letGo, requests } = held();
    const first = requests.ask(asking('maple', 4));
    while (batches.length === 0) await new Promise(setImmediate);
    const flood = [asking('maple', 4), asking('maple', 2)].map((request) => requests.ask(request));
    expect(await requests.ask(asking('maple', 1))).toEqual({ outcome: 'overloaded' });
    const others = requests.ask(asking('birch', 4));
    expect(await requests.ask(asking('cedar', 1))).toEqual({ outcome: 'overloaded' });
    for (let batch = 0; batch < 4; batch += 1) await letGo();
    expect((await Promise.all([first, ...flood, others])).map(({ outcome }) => outcome)).toEqual(
      Array.from({ length: 4 }, () => 'scored'),
    );
    const again = requests.ask(asking('maple', 1));
    await letGo();
    expect(await again).toMatchObject({ outcome: 'scored' });
  });

  it('do not fail for the lead of another', async () => {
    const { letGo, requests } = held((batch) => {
      if (batch.some(({ tenantId }) => tenantId === 'birch')) throw new Error('a lead that cannot be judged');
      return batch.map(notFound);
    });
    const replies = Promise.allSettled(['maple', 'birch', 'cedar'].map((tenant) => requests.ask(asking(tenant, 1))));
    for (let run = 0; run < 4; run += 1) await letGo();
    expect((await replies).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('wait for as long as they say, however long', async () => {
    const { letGo, requests } = held();
    const reply = requests.ask({ ...asking('maple', 1), deadlineMs: Number.MAX_SAFE_INTEGER });
    await letGo();
    expect(await reply).toMatchObject({ outcome: 'scored' });
  });
});

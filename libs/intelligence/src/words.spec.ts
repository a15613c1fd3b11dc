import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { FEATURES, type FeatureName } from './features/table.ts';
import { describeMachine, describeReason, sizeWords, span } from './words.ts';

describe('describeReason', () => {
  it.each<[FeatureName, number | null, string]>([
    ['source', 1, 'came by referral'],
    ['source', 0, 'came by enquiry'],
    ['source', -1, 'came with an imported list'],
    ['source', null, 'source unknown'],
    ['opportunityStatus', -1, 'deal lost'],
    ['opportunityStatus', 0, 'no deal'],
    ['opportunityStatus', 1, 'deal open'],
    ['opportunityStatus', 2, 'deal won'],
    ['opportunityValue', Math.log10(1 + 485_000), 'deal of 485k'],
    ['opportunityValue', Math.log10(1 + 1_250_001), 'deal of 1.3M'],
    ['opportunityValue', 0, 'deal of 0'],
    ['opportunityValue', null, 'no deal value'],
    ['stagesReached', 1, '1 pipeline stage reached'],
    ['stagesReached', 3, '3 pipeline stages reached'],
    ['stage', 1, 'in the first pipeline stage of theirs'],
    ['stage', 4, 'in the 4th pipeline stage of theirs'],
    ['stage', null, 'no pipeline stage'],
    ['handOffs', 0, 'never handed over'],
    ['handOffs', 2, 'handed over twice'],
    ['leadActs1d', 0, 'not active in 24 hours'],
    ['leadActs1d', 1, 'active once in 24 hours'],
    ['leadActs3d', 2, 'active twice in 3 days'],
    ['leadActs7d', 5, 'active 5 times in 7 days'],
    ['leadActs30d', 20, 'active 20 times or more in 30 days'],
    ['leadActsDecayed', 0.1, 'little activity lately'],
    ['leadActsDecayed', 1.2, 'active lately'],
    ['leadActsDecayed', 4, 'active again and again lately'],
    ['leadActsDecayed1d', 1, 'active these hours'],
    ['leadActsDecayed3d', 3, 'active again and again these days'],
    ['leadActsDecayed30d', 0, 'little activity in recent weeks'],
    ['agentActs1d', 1, 'contacted once in 24 hours'],
    ['agentActs3d', 0, 'not contacted in 3 days'],
    ['agentActs30d', 20, 'contacted 20 times or more in 30 days'],
    ['agentActsDecayed1d', 0, 'hardly contacted these hours'],
    ['agentActsDecayed3d', 0.7, 'contacted these days'],
    ['agentActsDecayed30d', 5, 'contacted often in recent weeks'],
    ['clicks7d', 0, 'followed no link of ours in 7 days'],
    ['clicks7d', 1, 'followed 1 link of ours in 7 days'],
    ['agentActs7d', 0, 'not contacted in 7 days'],
    ['agentActs7d', 3, 'contacted 3 times in 7 days'],
    ['agentActsDecayed', 2, 'contacted lately'],
    ['twoWay', 0, 'no conversation yet'],
    ['twoWay', 1, 'has talked with us'],
    ['talks', 1, 'spoke on 1 call'],
    ['talkMinutes', 7.5, '7 min on the phone'],
    ['attempts', 0, 'no attempt of ours unanswered'],
    ['attempts', 1, 'no reply to 1 attempt'],
    ['attempts', 4, 'no reply to 4 attempts'],
    ['replyMinutes', 4.2, 'usually replies in 4 min'],
    ['replyMinutes', null, 'has never replied'],
    ['ourReplyMinutes', 4, 'usually answered by us in 4 min'],
    ['ourReplyMinutes', null, 'never answered by us'],
    ['documentsSent', 0, 'no document sent'],
    ['documentsSent', 2, '2 documents sent'],
    ['appointmentsBooked', 0, 'no appointment yet'],
    ['appointmentsBooked', 3, '3 appointments made so far'],
    ['appointmentsOpen', 1, '1 appointment ahead'],
    ['appointmentsKept', 1, 'kept 1 appointment'],
    ['appointmentsMissed', 2, 'missed 2 appointments'],
    ['appointmentsCancelled', 1, 'cancelled 1 appointment'],
    ['appointmentsCancelled', 0, 'no appointment cancelled'],
    ['optedOut', 1, 'asked not to be contacted'],
    ['optedOut', 0, 'may be contacted'],
    ['ageDays', 0.001, 'known for 1 min'],
    ['ageDays', 40, 'known for 5 weeks'],
    ['daysSinceSign', 2 / 24, 'last heard from them 2 h ago'],
    ['daysSinceSign', 0, 'last heard from them just now'],
    ['daysSinceSign', null, 'never heard from them'],
    ['daysSinceAgentAct', 1, 'last contacted 1 day ago'],
    ['daysSinceEvent', 1.5, 'last news of them 1 day ago'],
    ['daysSinceLeadAct', 1, 'last wrote or rang 1 day ago'],
    ['daysSinceLeadAct', null, 'never wrote or rang'],
    ['daysSinceAppointment', 2, 'last appointment 2 days ago'],
    ['daysSinceAppointment', null, 'no appointment yet'],
    ['longestGapDays', 40, 'once 5 weeks without contact'],
    ['latestGapDays', 2, '2 days between the last two contacts'],
    ['meanGapDays', 0.5, 'in contact about every 12 h'],
    ['meanGapDays', null, 'no contact between us yet'],
    ['hour', 13.5, 'time of day now: 13:30 UTC'],
    ['weekday', 0, 'day of the week now: Monday'],
    ['leadActHour', 9.25, 'last wrote or rang at 09:15 UTC'],
    ['leadActWeekday', 6, 'last wrote or rang on a Sunday'],
    ['daysSinceKept', 100, 'last met 3 months ago'],
    ['daysInStage', 12, 'in this stage for 12 days'],
    ['firstResponseMinutes', 4, 'first answered by us after 4 min'],
    ['firstResponseMinutes', null, 'not answered by us yet'],
    ['weOweHours', 30, 'has waited 1 day for our answer'],
    ['theyOweDays', 6, 'no answer to us for 6 days'],
    ['silenceShare', 0.5, 'silent for 50 % of what is normal'],
    ['silenceShare', 1.4, 'silent longer than is normal at this point'],
  ])('says %s %d as "%s"', (feature, value, words) => {
    expect(describeReason({ feature, value })).toBe(words);
  });

  it('has words for every feature, whatever its value', () => {
    for (const { name } of FEATURES) {
      for (const value of [null, -1, 0, 0.4, 1, 2, 20, 300.5]) {
        const words = describeReason({ feature: name, value });
        expect(words).toMatch(/^[a-z0-9-].{5,59}$/);
        expect(words).not.toMatch(/undefined|NaN|null|Infinity/);
      }
    }
  });

  it('imports nothing that a browser would have to load', async () => {
    const source = await readFile(join(import.meta.dirname, 'words.ts'), 'utf8');
    expect(source.match(/^import (?!type )/gm)).toBeNull();
  });

  it('names a feature it has no words for, as of a later version', () => {
    expect(describeReason({ feature: 'toString', value: 1 })).toBe('toString');
  });
});

describe('describeMachine', () => {
  it('says why an open or click counts for nothing', () => {
    expect(describeMachine('threeLinks')).toBe('by a machine: three links in 2 s');
    expect(describeMachine('atDelivery')).toBe('by a machine: within seconds of delivery');
    expect(describeMachine('privacyProxy')).toBe('by a machine: a privacy proxy opens for the reader');
  });
});

describe('terms that are no feature', () => {
  it.each([
    [{ feature: 'calibration', value: null }, 'adjusted to how often it came true of late'],
    [{ feature: 'tenant', value: null }, 'how the leads of this brokerage differ from those of others'],
    [
      { feature: 'attempts × daysSinceSign', value: null, values: [4, null] },
      'no reply to 4 attempts and never heard from them, taken together',
    ],
  ])('%j has words', (reason, words) => {
    expect(describeReason(reason)).toBe(words);
  });
});

describe('sizeWords', () => {
  it.each([
    [Math.log(2), 'odds × 2.0'],
    [-Math.log(1.5), 'odds ÷ 1.5'],
    [0.001, 'odds × 1.0'],
  ])('says %d as "%s"', (contribution, words) => {
    expect(sizeWords(contribution)).toBe(words);
  });
});

describe('span', () => {
  it.each([
    [0.5, 'under 1 min'],
    [1, '1 min'],
    [59.9, '59 min'],
    [60, '1 h'],
    [1439, '23 h'],
    [1440, '1 day'],
    [20 * 1440, '20 days'],
    [21 * 1440, '3 weeks'],
    [90 * 1440, '3 months'],
    [800 * 1440, '2 years'],
  ])('says %d minutes as %s', (minutes, words) => {
    expect(span(minutes)).toBe(words);
  });
});

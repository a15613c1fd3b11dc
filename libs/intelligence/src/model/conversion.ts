import type { AdditiveModel } from './additive.ts';

/**
 * Hand-set, not learned from outcomes. Anchors: about 5 in 100 online leads reach an appointment, and odds of a
 * closing rarely pass 15 to 20 in 100. So an ordinary lead stands at 5, nothing moves one up by more than half a logit,
 * and a lead with everything at once in its favour stays below 65.
 */
export const conversionPrior: AdditiveModel = {
  name: 'conversion',
  version: 'prior-1',
  kind: 'prior',
  target: 'a two-way conversation or an appointment within 30 days',
  intercept: -2.95,
  shapes: {
    source: {
      neutral: 0,
      knots: [
        [-1, -0.4],
        [0, 0],
        [1, 0.35],
      ],
      missing: 0,
      reason:
        'Referrals close at about 10 to 30 %, online leads at 0.5 to 3 %; far less than that ratio, as closing is not what is foretold here and referrals show it by acting',
    },
    opportunityStatus: {
      neutral: 0,
      knots: [
        [-1, -0.6],
        [0, 0],
        [1, 0.1],
        [2, -0.3],
      ],
      missing: 0,
      reason:
        'An open deal is someone working it; a lost one says no for now; a client who bought is done for now. Opinion',
    },
    stagesReached: {
      neutral: 1,
      knots: [
        [1, 0],
        [4, 0.1],
      ],
      missing: 0,
      reason:
        'A lead that moves through a pipeline is alive; stage ids have no order we know, so only the count. Opinion',
    },
    handOffs: {
      neutral: 1,
      knots: [
        [1, 0],
        [4, -0.2],
      ],
      missing: 0,
      reason: 'One hand-off is ordinary, several mean that nobody owns the lead. Opinion',
    },
    leadActs1d: {
      neutral: 0,
      knots: [
        [0, 0],
        [2, 0.1],
      ],
      missing: 0,
      reason: 'A conversation that goes on today; small, as the longer windows count the same acts. Opinion',
    },
    leadActs7d: {
      neutral: 0,
      knots: [
        [0, 0],
        [1, 0.1],
        [5, 0.2],
      ],
      missing: 0,
      reason: 'CRMs for agents call on activity within 7 days (5 visits, 10 listings). Size is opinion',
    },
    leadActsDecayed: {
      neutral: 0,
      knots: [
        [0, 0],
        [1, 0.1],
        [5, 0.2],
      ],
      missing: 0,
      reason: 'The first acts tell most, and old ones fade. Opinion',
    },
    agentActs7d: {
      neutral: 0,
      knots: [
        [0, 0],
        [2, 0.05],
        [6, 0.05],
        [12, -0.1],
      ],
      missing: 0,
      reason: 'Being worked helps a little, being chased does not. Opinion',
    },
    twoWay: {
      neutral: 0,
      knots: [
        [0, 0],
        [1, 0.2],
      ],
      missing: 0,
      reason: 'Who has talked with us once talks again more readily. Opinion',
    },
    talks: {
      neutral: 0,
      knots: [
        [0, 0],
        [1, 0.1],
        [3, 0.15],
      ],
      missing: 0,
      reason: 'A call answered costs a lead more than a text. Opinion',
    },
    talkMinutes: {
      neutral: 0,
      knots: [
        [0, 0],
        [10, 0.05],
      ],
      missing: 0,
      reason: 'Long calls are about something; small, as talks counts them already. Opinion',
    },
    attempts: {
      neutral: 2,
      knots: [
        [2, 0],
        [5, -0.3],
        [10, -0.7],
        [20, -1],
      ],
      missing: 0,
      reason: 'Each unanswered attempt is evidence; two are ordinary. Opinion',
    },
    replyMinutes: {
      neutral: 240,
      knots: [
        [5, 0.1],
        [60, 0.05],
        [240, 0],
        [2880, -0.1],
      ],
      missing: 0,
      reason: 'Who answers within minutes is at it now. Opinion',
    },
    appointmentsOpen: {
      neutral: 0,
      knots: [
        [0, 0],
        [1, 0.5],
      ],
      missing: 0,
      reason: 'An appointment stands: what is to be foreseen is nearly there. Opinion',
    },
    appointmentsKept: {
      neutral: 0,
      knots: [
        [0, 0],
        [1, 0.2],
        [2, 0.3],
      ],
      missing: 0,
      reason: 'Came once, so serious. Opinion',
    },
    appointmentsMissed: {
      neutral: 0,
      knots: [
        [0, 0],
        [1, -0.15],
        [3, -0.4],
      ],
      missing: 0,
      reason: 'One miss happens, three are an answer. Opinion',
    },
    appointmentsCancelled: {
      neutral: 0,
      knots: [
        [0, 0],
        [3, -0.2],
      ],
      missing: 0,
      reason: 'A cancelled appointment is often moved; several are a pattern. Opinion',
    },
    optedOut: {
      neutral: 0,
      knots: [
        [0, 0],
        [1, -1.5],
      ],
      missing: 0,
      reason: 'Asked not to be contacted: we must not, so no conversation of ours comes of it',
    },
    ageDays: {
      neutral: 14,
      knots: [
        [0, 0.4],
        [1, 0.3],
        [7, 0.1],
        [14, 0],
        [60, -0.3],
        [180, -0.6],
        [365, -0.8],
      ],
      missing: 0,
      reason:
        'Odds of reaching a lead fall within minutes and days: 2007 Lead Response study, 6 companies, 15,000 business leads, about 21 times the odds of qualifying at 5 against 30 minutes. Not homes, so used for direction only',
    },
    daysSinceSign: {
      neutral: 14,
      knots: [
        [0, 0.45],
        [1, 0.4],
        [3, 0.25],
        [7, 0.1],
        [14, 0],
        [30, -0.2],
        [90, -0.5],
        [365, -0.8],
      ],
      missing: -0.2,
      reason:
        'The last sign is the freshest evidence; 14 days away is where agents’ CRMs speak of coming back. Sizes are opinion',
    },
    daysInStage: {
      neutral: 30,
      knots: [
        [30, 0],
        [120, -0.2],
      ],
      missing: 0,
      reason: 'A deal that does not move for months rarely does. Opinion',
    },
    firstResponseMinutes: {
      neutral: 60,
      knots: [
        [5, 0.1],
        [60, 0],
        [1440, -0.1],
      ],
      missing: 0,
      reason:
        'Same study of 2007 for direction; kept small, since in event logs of a lead pipeline (bpic2012) the first response alone foretold little',
    },
    weOweHours: {
      neutral: 72,
      knots: [
        [0, 0.15],
        [24, 0.1],
        [72, 0],
        [336, -0.2],
      ],
      missing: 0,
      reason: 'They wrote and wait: the conversation is there to be had, and goes away. Opinion',
    },
    theyOweDays: {
      neutral: 2,
      knots: [
        [2, 0],
        [7, -0.15],
        [21, -0.35],
      ],
      missing: 0,
      reason: 'Silence after we asked; two days are ordinary. Opinion',
    },
  },
};

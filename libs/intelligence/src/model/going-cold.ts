import type { AdditiveModel } from './additive.ts';

/**
 * Hand-set, not learned from outcomes. No base rate of going cold could be traced, so an ordinary lead stands at
 * 33 in 100 by opinion. Only *their* silence raises it: where the lead wrote last and we are silent, that is neglect,
 * shown as such, and lowers it.
 */
export const goingColdPrior: AdditiveModel = {
  name: 'goingCold',
  version: 'prior-1',
  kind: 'prior',
  target: 'no sign from the lead within the window of its phase',
  intercept: -0.7,
  shapes: {
    opportunityStatus: {
      neutral: 0,
      knots: [
        [-1, 0.2],
        [0, 0],
        [1, -0.1],
        [2, -0.1],
      ],
      missing: 0,
      reason: 'A lost deal is a reason to be silent. Opinion',
    },
    leadActsDecayed: {
      neutral: 0,
      knots: [
        [0, 0],
        [1, -0.15],
        [4, -0.4],
      ],
      missing: 0,
      reason: 'Who acted often of late acts again. Opinion',
    },
    twoWay: {
      neutral: 0,
      knots: [
        [0, 0],
        [1, -0.15],
      ],
      missing: 0,
      reason: 'Who has talked with us once talks again more readily. Opinion',
    },
    talks: {
      neutral: 0,
      knots: [
        [0, 0],
        [3, -0.25],
      ],
      missing: 0,
      reason: 'A call binds more than a text. Opinion',
    },
    attempts: {
      neutral: 1,
      knots: [
        [1, 0],
        [3, 0.2],
        [6, 0.4],
        [12, 0.6],
      ],
      missing: 0,
      reason: 'Each unanswered attempt is evidence of silence; one is ordinary. Opinion',
    },
    replyMinutes: {
      neutral: 240,
      knots: [
        [60, -0.1],
        [240, 0],
        [2880, 0.1],
      ],
      missing: 0,
      reason: 'Slow answers come before none. Opinion',
    },
    appointmentsOpen: {
      neutral: 0,
      knots: [
        [0, 0],
        [1, -0.7],
      ],
      missing: 0,
      reason: 'An appointment stands: they will be heard of. Opinion',
    },
    appointmentsKept: {
      neutral: 0,
      knots: [
        [0, 0],
        [2, -0.3],
      ],
      missing: 0,
      reason: 'Came once, so serious. Opinion',
    },
    appointmentsMissed: {
      neutral: 0,
      knots: [
        [0, 0],
        [1, 0.1],
        [3, 0.2],
      ],
      missing: 0,
      reason: 'Not coming without a word is a form of silence. Opinion',
    },
    appointmentsCancelled: {
      neutral: 0,
      knots: [
        [0, 0],
        [3, 0.1],
      ],
      missing: 0,
      reason: 'Several cancelled appointments are a pattern. Opinion',
    },
    optedOut: {
      neutral: 0,
      knots: [
        [0, 0],
        [1, 0.6],
      ],
      missing: 0,
      reason: 'Asked not to be contacted',
    },
    daysSinceSign: {
      neutral: 7,
      knots: [
        [0, -0.8],
        [1, -0.6],
        [3, -0.3],
        [7, 0],
        [30, 0.2],
      ],
      missing: 0.2,
      reason: 'Fresh signs foretell more; 7 days is the window of new leads in agents’ tools. Sizes are opinion',
    },
    daysInStage: {
      neutral: 30,
      knots: [
        [30, 0],
        [90, 0.1],
      ],
      missing: 0,
      reason: 'A deal that stands still. Opinion',
    },
    weOweHours: {
      neutral: 240,
      knots: [
        [0, -0.4],
        [72, -0.3],
        [240, 0],
      ],
      missing: 0,
      reason:
        'They wrote last and wait for us: neglect, not their silence. After 10 days it tells nothing more. Opinion',
    },
    silenceShare: {
      neutral: 0.25,
      knots: [
        [0, -0.2],
        [0.25, 0],
        [0.5, 0.3],
        [1, 0.9],
        [2, 1.3],
      ],
      missing: 0,
      reason:
        'Silent for the whole window of the phase is the definition of cold. Windows as agents’ tools set them: new 7 days, never talked 21, working 10, within a year 14, later 60, past client 180',
    },
  },
};

import { type Feature } from './feature.ts';
import type { OpportunityStatus } from './reading.ts';
import { MAX_STAGES } from './state.ts';

const STATUS: Readonly<Record<OpportunityStatus, number>> = { open: 1, won: 2, lost: -1, abandoned: -1 };

/** What kind of lead and deal it is. */
export const FIT = [
  {
    name: 'source',
    unit: 'level',
    group: 'fit',
    definition: 'How the lead came: 1 by referral, -1 with an imported list, 0 in any other way',
    missing: 'the CRM does not say',
    at: (state) => state.source ?? Number.NaN,
  },
  {
    name: 'opportunityStatus',
    unit: 'level',
    group: 'fit',
    definition: 'Latest status of an opportunity: -1 lost or abandoned, 0 none, 1 open, 2 won',
    missing: 'never',
    at: (state) => (state.opportunity === null ? 0 : STATUS[state.opportunity]),
  },
  {
    name: 'opportunityValue',
    unit: 'log10 of money',
    group: 'fit',
    definition: 'log10(1 + value of the opportunity), negative values as 0',
    missing: 'no value was ever given',
    at: (state) => (state.opportunityValue === null ? Number.NaN : Math.log10(1 + Math.max(0, state.opportunityValue))),
  },
  {
    name: 'stage',
    unit: 'place',
    group: 'fit',
    definition: `Present pipeline stage, as its place among the stages this lead was in, by first entry, ${MAX_STAGES} at most: stage ids have no order we know`,
    missing: 'no stage is known',
    at: ({ stage, stages }) => (stage === null ? Number.NaN : stages.indexOf(stage) + 1 || MAX_STAGES),
  },
  {
    name: 'stagesReached',
    unit: 'stages',
    group: 'fit',
    definition: `Furthest pipeline stage in the same order, which is how many different ones the lead was in, ${MAX_STAGES} at most`,
    missing: 'never',
    at: (state) => state.stages.length,
  },
  {
    name: 'handOffs',
    unit: 'times',
    group: 'fit',
    definition: 'Times the lead went from one agent to another',
    missing: 'never',
    at: (state) => state.handOffs,
  },
] as const satisfies readonly Feature[];

import type { CrmEvent } from './leads.ts';
import type { Snapshot } from './snapshots.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const STAGES = ['new', 'prequalified', 'qualified', 'proposal', 'negotiation'];
/** Of whom nothing is told, and the account of the automation. */
const NOBODY = ['', '112'];

const CALLS = ['followup', 'call_complete', 'call_offer', 'call_documents'].map((task) => `task.${task}.started`);
const ANSWER = ['proposal.response_received'];
const PROPOSAL = ['proposal.sent'];

/**
 * What any CRM's stream tells of a lead, by name; NaN where it did not happen or does not apply. A lead waits in one of three
 * ways (for a proposal, for an answer to it, for us), and each has a clock of its own: how long means another thing in each. That is
 * what pairs of age and stage would have to find out, and pairs do not carry over time here.
 */
export const FEATURES: Readonly<Record<string, (snapshot: Snapshot) => number>> = {
  ageDays: ({ days }) => days,
  stage: ({ seen }) => STAGES.indexOf(stagesOf(seen).at(-1)?.stage ?? 'new'),
  furthestStage: ({ seen }) => Math.max(0, ...stagesOf(seen).map(({ stage }) => STAGES.indexOf(stage ?? 'new'))),
  hoursInStage: ({ seen, lead, atMs }) => (atMs - stageSince(seen, lead.submittedAtMs)) / HOUR_MS,
  hoursSinceEvent: ({ seen, atMs }) => hoursBetween(seen.at(-1)?.atMs, atMs),
  hoursWithoutProposal: ({ seen, lead, atMs }) =>
    waitOf(seen).for === 'proposal' ? hoursBetween(lead.submittedAtMs, atMs) : Number.NaN,
  hoursWithoutAnswer: ({ seen, atMs }) => {
    const wait = waitOf(seen);
    return wait.for === 'answer' ? hoursBetween(wait.sinceMs, atMs) : Number.NaN;
  },
  hoursSinceAnswer: ({ seen, atMs }) => {
    const wait = waitOf(seen);
    return wait.for === 'us' ? hoursBetween(wait.sinceMs, atMs) : Number.NaN;
  },
  callsWithoutAnswer: ({ seen }) => {
    const wait = waitOf(seen);
    return wait.for === 'answer' ? those(seen, CALLS).filter(({ atMs }) => atMs > wait.sinceMs).length : Number.NaN;
  },
  events3Days: ({ seen, atMs }) => lastDays(seen, 3, atMs),
  calls3Days: ({ seen, atMs }) => lastDays(those(seen, CALLS), 3, atMs),
  calls: ({ seen }) => those(seen, CALLS).length,
  hoursToFirstCall: ({ seen, lead }) => hoursBetween(lead.submittedAtMs, those(seen, CALLS)[0]?.atMs),
  answers: ({ seen }) => those(seen, ANSWER).length,
  proposalsSent: ({ seen }) => those(seen, PROPOSAL).length,
  proposalsWithdrawn: ({ seen }) => those(seen, ['proposal.withdrawn']).length,
  hoursOfProposals: ({ seen }) => {
    const [first, ...further] = those(seen, PROPOSAL);
    return hoursBetween(first?.atMs, further.at(-1)?.atMs);
  },
  tasksScheduled: ({ seen }) => seen.filter(({ kind }) => kind.endsWith('.scheduled')).length,
  agents: ({ seen }) => new Set(seen.map(({ agent }) => agent).filter((agent) => !NOBODY.includes(agent))).size,
  amount: ({ lead }) => lead.amount,
  hourOfCreation: ({ lead }) => new Date(lead.submittedAtMs).getUTCHours(),
  weekdayOfCreation: ({ lead }) => new Date(lead.submittedAtMs).getUTCDay(),
};

type Wait =
  | { readonly for: 'proposal' }
  | { readonly for: 'answer'; readonly sinceMs: number }
  | { readonly for: 'us'; readonly sinceMs: number };

/** What is waited for since the last proposal, or the last answer to it. */
function waitOf(seen: readonly CrmEvent[]): Wait {
  const [sent, answered] = [PROPOSAL, ANSWER].map((kinds) => those(seen, kinds).at(-1)?.atMs);
  if (sent === undefined) return { for: 'proposal' };
  if (answered === undefined || answered < sent) return { for: 'answer', sinceMs: sent };
  return { for: 'us', sinceMs: answered };
}

function those(seen: readonly CrmEvent[], kinds: readonly string[]): readonly CrmEvent[] {
  return seen.filter(({ kind }) => kinds.includes(kind));
}

/** Events that put the lead in another stage; an outcome is none. */
function stagesOf(seen: readonly CrmEvent[]): readonly CrmEvent[] {
  return seen.filter(({ stage }) => stage !== null && STAGES.includes(stage));
}

function stageSince(seen: readonly CrmEvent[], fromMs: number): number {
  let [now, sinceMs] = ['new', fromMs];
  for (const { stage, atMs } of stagesOf(seen)) if (stage !== null && stage !== now) [now, sinceMs] = [stage, atMs];
  return sinceMs;
}

/** NaN where one of both never was. */
function hoursBetween(fromMs: number | undefined, toMs: number | undefined): number {
  return fromMs === undefined || toMs === undefined ? Number.NaN : (toMs - fromMs) / HOUR_MS;
}

function lastDays(events: readonly CrmEvent[], days: number, atMs: number): number {
  return events.filter((event) => event.atMs >= atMs - days * DAY_MS).length;
}

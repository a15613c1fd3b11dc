import type { CrmEvent } from './leads.ts';
import type { Snapshot } from './snapshots.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const STAGES = ['new', 'prequalified', 'qualified', 'proposal', 'negotiation'];
const AUTOMATION = '112';

const CALLS = ['followup', 'call_complete', 'call_offer', 'call_documents'].map((task) => `task.${task}.started`);
const ANSWER = ['proposal.response_received'];
const PROPOSAL = ['proposal.sent'];

/** What any CRM's stream tells of a lead, by name; NaN where it did not happen yet. */
export const FEATURES: Readonly<Record<string, (snapshot: Snapshot) => number>> = {
  ageDays: ({ days }) => days,
  stage: ({ seen }) => STAGES.indexOf(stagesOf(seen).at(-1)?.stage ?? 'new'),
  furthestStage: ({ seen }) => Math.max(0, ...stagesOf(seen).map(({ stage }) => STAGES.indexOf(stage ?? 'new'))),
  hoursInStage: ({ seen, lead, atMs }) => (atMs - stageSince(seen, lead.submittedAtMs)) / HOUR_MS,
  hoursSinceEvent: ({ seen, atMs }) => hoursSince(seen, atMs),
  hoursSinceCall: ({ seen, atMs }) => hoursSince(those(seen, CALLS), atMs),
  hoursSinceAnswer: ({ seen, atMs }) => hoursSince(those(seen, ANSWER), atMs),
  hoursSinceProposal: ({ seen, atMs }) => hoursSince(those(seen, PROPOSAL), atMs),
  events1Day: ({ seen, atMs }) => lastDays(seen, 1, atMs),
  events3Days: ({ seen, atMs }) => lastDays(seen, 3, atMs),
  events7Days: ({ seen, atMs }) => lastDays(seen, 7, atMs),
  events: ({ seen }) => seen.length,
  calls1Day: ({ seen, atMs }) => lastDays(those(seen, CALLS), 1, atMs),
  calls3Days: ({ seen, atMs }) => lastDays(those(seen, CALLS), 3, atMs),
  calls7Days: ({ seen, atMs }) => lastDays(those(seen, CALLS), 7, atMs),
  calls: ({ seen }) => those(seen, CALLS).length,
  callsSinceProposal: ({ seen }) => callsSince(seen, PROPOSAL),
  hoursToFirstCall: ({ seen, lead }) => hoursFrom(lead.submittedAtMs, those(seen, CALLS)[0]),
  answers: ({ seen }) => those(seen, ANSWER).length,
  proposalsSent: ({ seen }) => those(seen, PROPOSAL).length,
  proposalsWithdrawn: ({ seen }) => those(seen, ['proposal.withdrawn']).length,
  tasksScheduled: ({ seen }) => seen.filter(({ kind }) => kind.endsWith('.scheduled')).length,
  agents: ({ seen }) => new Set(agentsOf(seen)).size,
  handOffs: ({ seen }) => changes(agentsOf(seen)),
  largestGapHours: ({ seen }) => (seen.length < 2 ? Number.NaN : Math.max(...gapsOf(seen))),
  meanGapHours: ({ seen }) => mean(gapsOf(seen)),
  amount: ({ lead }) => lead.amount,
  hourOfCreation: ({ lead }) => new Date(lead.submittedAtMs).getUTCHours(),
  weekdayOfCreation: ({ lead }) => new Date(lead.submittedAtMs).getUTCDay(),
};

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

function hoursSince(events: readonly CrmEvent[], atMs: number): number {
  const last = events.at(-1);
  return last === undefined ? Number.NaN : (atMs - last.atMs) / HOUR_MS;
}

function hoursFrom(fromMs: number, event: CrmEvent | undefined): number {
  return event === undefined ? Number.NaN : (event.atMs - fromMs) / HOUR_MS;
}

function lastDays(events: readonly CrmEvent[], days: number, atMs: number): number {
  return events.filter((event) => event.atMs >= atMs - days * DAY_MS).length;
}

function callsSince(seen: readonly CrmEvent[], kinds: readonly string[]): number {
  const last = those(seen, kinds).at(-1);
  return last === undefined ? 0 : those(seen, CALLS).filter(({ atMs }) => atMs > last.atMs).length;
}

/** People who did something, one after the other. */
function agentsOf(seen: readonly CrmEvent[]): readonly string[] {
  return seen.map(({ agent }) => agent).filter((agent) => agent !== '' && agent !== AUTOMATION);
}

function changes(list: readonly string[]): number {
  return list.filter((one, at) => at > 0 && one !== list[at - 1]).length;
}

function gapsOf(seen: readonly CrmEvent[]): readonly number[] {
  return seen.slice(1).map(({ atMs }, at) => hoursFrom(seen[at]?.atMs ?? atMs, seen[at + 1]));
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}

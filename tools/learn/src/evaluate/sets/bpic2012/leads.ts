import type { CsvLayout, CsvTable } from '../../files/csv.ts';

export const EVENTS: CsvLayout = {
  file: 'bpic2012/events.csv.gz',
  delimiter: ',',
  columns: ['case_id', 'ts', 'activity', 'lifecycle', 'resource'],
};
export const CASES: CsvLayout = {
  file: 'bpic2012/cases.csv.gz',
  delimiter: ',',
  columns: ['case_id', 'submitted_at', 'amount_requested', 'outcome', 'outcome_at', 'instant_decline', 'split'],
};
export const EVENT_MAP: CsvLayout = {
  file: 'bpic2012/event_map.csv',
  delimiter: ',',
  columns: ['activity', 'lifecycle', 'crm_event', 'stage_after'],
};

/** An event as a CRM would tell it. */
export interface CrmEvent {
  readonly atMs: number;
  /** Such as `proposal.sent` or `task.call_offer.started`. */
  readonly kind: string;
  /** The stage it puts the lead in; null where it leaves it. */
  readonly stage: string | null;
  /** Who did it; empty where nobody is named. */
  readonly agent: string;
}

export interface Lead {
  readonly id: number;
  readonly submittedAtMs: number;
  readonly amount: number;
  /** `approved`, `declined`, `cancelled` or `open`. */
  readonly outcome: string;
  /** NaN while open. */
  readonly outcomeAtMs: number;
  readonly isInstantDecline: boolean;
  /** `train`, `valid`, `test` or `censored`. */
  readonly split: string;
  /** In the order of time. */
  readonly events: readonly CrmEvent[];
}

/** The log as leads and what happened to each. */
export function leadsOf(cases: CsvTable, events: CsvTable, eventMap: CsvTable): readonly Lead[] {
  const byCase = eventsByCase(events, crmEventsOf(eventMap));
  const ids = cases.texts('case_id');
  const submittedAtMs = cases.times('submitted_at');
  const amounts = cases.numbers('amount_requested', ['']);
  const outcomes = cases.texts('outcome');
  const outcomeAtMs = cases.times('outcome_at');
  const instantDeclines = cases.labels('instant_decline', '1', '0');
  const splits = cases.texts('split');
  return ids.map((id, row) => ({
    id: row,
    submittedAtMs: submittedAtMs[row] ?? Number.NaN,
    amount: amounts[row] ?? Number.NaN,
    outcome: outcomes[row] ?? '',
    outcomeAtMs: outcomeAtMs[row] ?? Number.NaN,
    isInstantDecline: instantDeclines[row] === 1,
    split: splits[row] ?? '',
    events: byCase.get(id) ?? [],
  }));
}

type Meaning = Pick<CrmEvent, 'kind' | 'stage'>;

function crmEventsOf(eventMap: CsvTable): ReadonlyMap<string, Meaning> {
  const [lifecycles, kinds, stages] = ['lifecycle', 'crm_event', 'stage_after'].map((name) => eventMap.texts(name));
  return new Map(
    eventMap.texts('activity').map((activity, row) => {
      const stage = stages?.[row] ?? '';
      return [`${activity} ${lifecycles?.[row]}`, { kind: kinds?.[row] ?? '', stage: stage === '' ? null : stage }];
    }),
  );
}

function eventsByCase(events: CsvTable, meanings: ReadonlyMap<string, Meaning>): ReadonlyMap<string, CrmEvent[]> {
  const byCase = new Map<string, CrmEvent[]>();
  const [activities, lifecycles, agents] = ['activity', 'lifecycle', 'resource'].map((name) => events.texts(name));
  const times = events.times('ts');
  for (const [row, id] of events.texts('case_id').entries()) {
    const meaning = meanings.get(`${activities?.[row]} ${lifecycles?.[row]}`);
    if (meaning === undefined) continue;
    const list = byCase.get(id) ?? [];
    if (list.length === 0) byCase.set(id, list);
    list.push({ ...meaning, atMs: times[row] ?? Number.NaN, agent: agents?.[row] ?? '' });
  }
  for (const list of byCase.values()) list.sort((a, b) => a.atMs - b.atMs);
  return byCase;
}

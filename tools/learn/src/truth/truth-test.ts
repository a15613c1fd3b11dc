import { type Arrival, Random } from '@hub/brokerage';
import {
  columnsOf,
  featuresAt,
  type Label,
  labelAt,
  type LabelledModel,
  type LeadState,
  type Moment,
  momentsOf,
  thinEvidenceOf,
} from '@hub/intelligence';
import type { TrainingOptions, TrainingTable } from '@hub/intelligence/training';
import { knownStates } from '../train/known-states.ts';
import type { LeadHistory } from '../train/lead-history.ts';
import { type Learned, learnModel } from '../train/learn-model.ts';
import type { Progress } from '../train/progress.ts';
import { simulatedLog } from '../train/simulated-log.ts';
import { snapshotTimes } from '../train/snapshot-times.ts';
import { TrainingSet } from '../train/training-set.ts';
import { hiddenOdds } from './hidden-odds.ts';

const DAY_MS = 86_400_000;
const MONTH_MS = 30.44 * DAY_MS;
/** After the last judged moment, until its outcome is known. */
const TAIL_MS = 45 * DAY_MS;

/** How large the world is, and how closely it is asked. */
export interface TruthPlan {
  readonly seed: number;
  readonly threads: number;
  readonly startMs: number;
  readonly trainMonths: number;
  readonly testMonths: number;
  readonly tenants: number;
  readonly leadsPerDay: number;
  /** Leads of the later months whose moments are judged. */
  readonly judgedLeads: number;
  /** Of each judged moment. */
  readonly futures: number;
  readonly training?: Partial<TrainingOptions>;
  readonly signal?: AbortSignal;
}

/** A lead of the later months at one moment, with what everyone says of it. */
export interface JudgedRow {
  readonly lead: number;
  readonly label: 0 | 1;
  /** What the simulated world gives it. */
  readonly hidden: number;
  readonly model: number;
  readonly logistic: number;
  readonly prior: number;
  /** The rule for thin evidence says that no odds are to be shown. */
  readonly abstains: boolean;
}

export interface TruthResult {
  readonly plan: TruthPlan;
  /** Leads of the months that were learned from, and of the later ones. */
  readonly leads: { readonly learned: number; readonly later: number };
  readonly learned: Readonly<Record<LabelledModel, Learned>>;
  readonly rows: Readonly<Record<LabelledModel, readonly JudgedRow[]>>;
}

/** A moment before anyone was asked about it. */
interface Asked {
  readonly lead: number;
  readonly arrival: Arrival;
  readonly moment: Moment;
  readonly known: LeadState;
  readonly features: Float64Array;
}

/**
 * Learns from the first months of a simulated market as `npm run train` does, then asks the models, the challenger, the
 * prior and the market itself about leads that came later.
 */
export async function truthTest(plan: TruthPlan, progress: Progress): Promise<TruthResult> {
  const learnUntilMs = plan.startMs + plan.trainMonths * MONTH_MS;
  const judgeUntilMs = learnUntilMs + plan.testMonths * MONTH_MS;
  const arrivals = new Map<string, Arrival>();
  const { seed, tenants, leadsPerDay, startMs } = plan;
  const endMs = judgeUntilMs + TAIL_MS;
  const arrived = (arrival: Arrival): unknown => arrivals.set(arrival.leadId, arrival);
  const log = simulatedLog({ seed, tenants, leadsPerDay, startMs, endMs, arrived });
  const set = new TrainingSet(learnUntilMs);
  const later: LeadHistory[] = [];
  let share = 0;
  for await (const history of log.histories((read) => (share = read))) {
    progress.at('simulating', share);
    const arrival = arrivals.get(history.leadId);
    if (arrival === undefined) continue;
    if (arrival.atMs < learnUntilMs) set.add(upTo(history, learnUntilMs));
    else if (arrival.atMs < judgeUntilMs) later.push(history);
  }
  progress.say(`simulated ${set.read.leads} leads to learn from and ${later.length} later ones`);

  const learned = {
    conversion: await learn('conversion', set, plan, progress),
    goingCold: await learn('goingCold', set, plan, progress),
  };
  const asked = sample(later, plan).flatMap((history, lead) =>
    momentsToAsk(history, lead, arrivals, { judgeUntilMs, endMs }),
  );
  const odds = asked.map(({ arrival, moment }, index) => {
    plan.signal?.throwIfAborted();
    progress.at(`asking the world about ${asked.length} moments`, index / asked.length);
    return hiddenOdds(arrival, moment, plan.futures);
  });
  const rows = (model: LabelledModel): readonly JudgedRow[] =>
    judge(
      model,
      learned[model],
      asked,
      odds.map((one) => one[model]),
    );
  return {
    plan,
    leads: { learned: set.read.leads, later: later.length },
    learned,
    rows: { conversion: rows('conversion'), goingCold: rows('goingCold') },
  };
}

/** As it was known then. */
function upTo(history: LeadHistory, untilMs: number): LeadHistory {
  return { ...history, events: history.events.filter(({ knownAtMs }) => knownAtMs <= untilMs) };
}

async function learn(model: LabelledModel, set: TrainingSet, plan: TruthPlan, progress: Progress): Promise<Learned> {
  const { seed, threads, training, signal } = plan;
  const learned = await learnModel(model, set.labelled(model).table, {
    seed,
    threads,
    ...(training && { training }),
    ...(signal && { signal }),
    onProgress: ({ stage, bag, round }) => progress.at(`${model}: ${stage}, bag ${bag + 1}, round ${round}`, null),
  });
  progress.say(`${model}: learned from ${learned.slices.train.labels.length} rows`);
  return learned;
}

function sample(histories: readonly LeadHistory[], { seed, judgedLeads }: TruthPlan): readonly LeadHistory[] {
  const random = new Random(`judged ${seed}`);
  return histories
    .map((history) => ({ history, rank: random.unit() }))
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, judgedLeads)
    .map(({ history }) => history);
}

function momentsToAsk(
  { events, leadId }: LeadHistory,
  lead: number,
  arrivals: ReadonlyMap<string, Arrival>,
  { judgeUntilMs, endMs }: { judgeUntilMs: number; endMs: number },
): readonly Asked[] {
  const arrival = arrivals.get(leadId);
  if (arrival === undefined) return [];
  const times = snapshotTimes(events, judgeUntilMs);
  const states = [...knownStates(events, times)];
  const happened = events.map(({ event }) => event);
  return [...momentsOf(happened, times, endMs)].flatMap((moment, index) => {
    const known = states[index];
    if (known === undefined || known.events === 0) return [];
    return [{ lead, arrival, moment, known, features: featuresAt(known, moment.atMs) }];
  });
}

/** Moments of which both the outcome and the world's odds are known. */
function judge(
  model: LabelledModel,
  learned: Learned,
  asked: readonly Asked[],
  hidden: readonly (number | null)[],
): readonly JudgedRow[] {
  const labels = asked.map(({ moment }) => labelAt(model, moment));
  const kept = asked
    .map((one, index) => ({ ...one, hidden: hidden[index] ?? null, label: labels[index] }))
    .filter(isKnown);
  const table: TrainingTable = {
    columns: columnsOf(
      kept.map(({ features }) => features),
      model,
    ),
    labels: Uint8Array.from(kept, ({ label }) => label.value),
    atMs: Float64Array.from(kept, ({ moment }) => moment.atMs),
    groups: Int32Array.from(kept, ({ lead }) => lead),
  };
  const odds = learned.oddsOf(table);
  return kept.map(({ lead, label, hidden, known, moment }, row) => ({
    lead,
    label: label.value,
    hidden,
    model: odds.model[row] ?? Number.NaN,
    logistic: odds.logistic[row] ?? Number.NaN,
    prior: odds.prior[row] ?? Number.NaN,
    abstains: thinEvidenceOf(known, moment.atMs) !== null,
  }));
}

type Known<T> = T & { readonly hidden: number; readonly label: Extract<Label, { kind: 'known' }> };

function isKnown<T extends { readonly hidden: number | null; readonly label: Label | undefined }>(
  one: T,
): one is Known<T> {
  return one.hidden !== null && one.label?.kind === 'known';
}

import { createHash } from 'node:crypto';
import { columnsOf, type Label, type LabelledModel } from '@hub/intelligence';
import type { CategoryColumn, TrainingTable } from '@hub/intelligence/training';
import type { Initials, LeadHistory } from './lead-history.ts';
import { rowsOf, type TrainingRow } from './training-rows.ts';

/** Enough that more leads change no digit that is shown, and little enough for the memory of a small machine. */
const MOST_ROWS = 200_000;

/** What was read, before any model asks for its part of it. */
export interface Read {
  readonly tenants: number;
  readonly leads: number;
  readonly events: number;
  /** Of the first and last event; Infinity and -Infinity without any. */
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Rows of one model, and how many have no label, by why. */
export interface LabelledRows {
  readonly table: TrainingTable;
  readonly leftOut: Readonly<Record<string, number>>;
}

/** One row of each of some leads, with what is known of them that no input may tell. */
export interface AuditedLeads {
  readonly table: Pick<TrainingTable, 'columns'>;
  readonly attributes: readonly CategoryColumn[];
}

/** Enough to tell an association of 0.3 from chance, and few enough to look at all of them in seconds. */
const MOST_AUDITED = 4_000;

interface SampledLead {
  readonly rank: number;
  readonly rows: readonly TrainingRow[];
  readonly initials: Initials | undefined;
}

/**
 * Collects the rows of leads. When there are more than memory is meant for, half of the leads go, and half of those to
 * come are left out: which ones is told by a hash of their ids, so the same log gives the same rows.
 */
export class TrainingSet {
  readonly #untilMs: number;
  readonly #mostRows: number;
  #leads: SampledLead[] = [];
  #rows = 0;
  /** Of all leads, those whose rank is below it are kept. */
  #share = 1;
  readonly #tenants = new Set<string>();
  #read: Omit<Read, 'tenants'> = { leads: 0, events: 0, fromMs: Infinity, untilMs: -Infinity };

  /** @param untilMs End of the log. */
  constructor(untilMs: number, mostRows = MOST_ROWS) {
    this.#untilMs = untilMs;
    this.#mostRows = mostRows;
  }

  get read(): Read {
    return { ...this.#read, tenants: this.#tenants.size };
  }

  /** Share of the leads whose rows are kept. */
  get share(): number {
    return this.#share;
  }

  add(history: LeadHistory): void {
    if (history.events.length === 0) return;
    this.#count(history);
    const rank = rankOf(history);
    if (rank >= this.#share) return;
    const rows = [...rowsOf(history, this.#untilMs)];
    if (rows.length === 0) return;
    this.#leads.push({ rank, rows, initials: history.initials });
    this.#rows += rows.length;
    while (this.#rows > this.#mostRows && this.#leads.length > 1) this.#halve();
  }

  /** The rows whose label is known; a row's group is its lead's place among those kept. */
  labelled(model: LabelledModel): LabelledRows {
    const leftOut: Record<string, number> = {};
    const kept: { row: TrainingRow; group: number; label: 0 | 1 }[] = [];
    this.#leads.forEach(({ rows }, group) => {
      for (const row of rows) {
        const label = row.labels[model];
        if (label.kind === 'known') kept.push({ row, group, label: label.value });
        else leftOut[reasonOf(label)] = (leftOut[reasonOf(label)] ?? 0) + 1;
      }
    });
    const table = {
      columns: columnsOf(
        kept.map(({ row }) => row.features),
        model,
      ),
      labels: Uint8Array.from(kept, ({ label }) => label),
      atMs: Float64Array.from(kept, ({ row }) => row.atMs),
      groups: Int32Array.from(kept, ({ group }) => group),
    };
    return { table, leftOut };
  }

  /** Leads whose name is known, at the last moment that is learned from. */
  audited(model: LabelledModel): AuditedLeads {
    const leads = this.#leads
      .filter(({ initials }) => initials !== undefined)
      .toSorted((a, b) => a.rank - b.rank)
      .slice(0, MOST_AUDITED);
    const lastRows = leads.flatMap(({ rows }) => rows.at(-1)?.features ?? []);
    const initials = (which: keyof Initials): string[] => leads.map((lead) => lead.initials?.[which] ?? '');
    return {
      table: { columns: columnsOf(lastRows, model) },
      attributes: [
        categoryOf('the initial of the given name', initials('given')),
        categoryOf('the initial of the family name', initials('family')),
      ],
    };
  }

  #count({ tenantId, events }: LeadHistory): void {
    this.#tenants.add(tenantId);
    let { fromMs, untilMs } = this.#read;
    for (const { event } of events) {
      fromMs = Math.min(fromMs, event.atMs);
      untilMs = Math.max(untilMs, event.atMs);
    }
    this.#read = { leads: this.#read.leads + 1, events: this.#read.events + events.length, fromMs, untilMs };
  }

  #halve(): void {
    this.#share /= 2;
    this.#leads = this.#leads.filter(({ rank }) => rank < this.#share);
    this.#rows = this.#leads.reduce((sum, { rows }) => sum + rows.length, 0);
  }
}

function categoryOf(name: string, texts: readonly string[]): CategoryColumn {
  const levels = [...new Set(texts)].toSorted();
  return { kind: 'category', name, levels, values: Float64Array.from(texts, (text) => levels.indexOf(text)) };
}

function reasonOf(label: Exclude<Label, { kind: 'known' }>): string {
  return label.kind === 'censored' ? 'censored' : label.why;
}

/** In [0, 1), the same for the same lead. */
function rankOf({ tenantId, leadId }: LeadHistory): number {
  return createHash('sha256').update(`${tenantId}/${leadId}`).digest().readUInt32BE(0) / 2 ** 32;
}

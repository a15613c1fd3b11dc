import type { TrainingTable } from './training-table.ts';

/** What a table must hold before a model is learned from it. */
export interface EvidenceBar {
  readonly leads: number;
  /** Leads for which it happened, and for which it did not. */
  readonly positives: number;
  readonly negatives: number;
}

/** Salesforce Einstein asks for as much before it scores leads by a model of one's own: 1,000 leads, 120 of them converted. */
export const EVIDENCE_BAR: EvidenceBar = { leads: 1_000, positives: 120, negatives: 120 };

export interface Shortfall {
  readonly what: keyof EvidenceBar;
  readonly have: number;
  readonly need: number;
}

/** What a table lacks; empty where it holds enough. A lead with rows of both kinds is a positive. */
export function shortfallsOf({ labels, groups }: TrainingTable, bar: EvidenceBar = EVIDENCE_BAR): readonly Shortfall[] {
  const leads = new Set<number>();
  const converted = new Set<number>();
  for (const [row, label] of labels.entries()) {
    const lead = groups[row] ?? row;
    leads.add(lead);
    if (label === 1) converted.add(lead);
  }
  const have = { leads: leads.size, positives: converted.size, negatives: leads.size - converted.size };
  return (['leads', 'positives', 'negatives'] as const)
    .filter((what) => have[what] < bar[what])
    .map((what) => ({ what, have: have[what], need: bar[what] }));
}

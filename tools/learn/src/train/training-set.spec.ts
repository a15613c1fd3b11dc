import { describe, expect, it } from '@jest/globals';
import type { LeadHistory } from './lead-history.ts';
import { DAY_MS, START_MS, told } from './told.for-spec.ts';
import { TrainingSet } from './training-set.ts';

const END_MS = START_MS + 100 * DAY_MS;

/** A lead that we wrote to after a day, and that answers or not. */
function lead(index: number, answers: boolean): LeadHistory {
  const answer = told('message', 2, 0, { actor: 'lead', direction: 'in' });
  const again = told('message', 2.5);
  const events = [told('lead.created', 0), told('message', 1), ...(answers ? [answer, again] : [])];
  return { tenantId: `t${index % 2}`, leadId: `l${index}`, events };
}

function setOf(count: number, mostRows?: number): TrainingSet {
  const set = new TrainingSet(END_MS, mostRows);
  for (let index = 0; index < count; index += 1) set.add(lead(index, index % 4 === 0));
  return set;
}

describe('a training set', () => {
  it('counts what it read, and groups rows by lead', () => {
    const set = setOf(8);
    expect(set.read).toMatchObject({ tenants: 2, leads: 8, events: 20, fromMs: START_MS });
    const { table, leftOut } = set.labelled('conversion');
    expect(new Set(table.groups).size).toBe(8);
    expect(table.columns.every(({ values }) => values.length === table.labels.length)).toBe(true);
    expect(leftOut['censored']).toBeGreaterThan(0);
    expect(new Set(table.groups.filter((_, row) => table.labels[row] === 1)).size).toBe(2);
  });

  it('tells neglect apart from silence', () => {
    const set = new TrainingSet(END_MS);
    set.add({ tenantId: 't', leadId: 'l', events: [told('lead.created', 0)] });
    const { table, leftOut } = set.labelled('goingCold');
    expect(table.labels).toHaveLength(0);
    expect(leftOut['neglect']).toBeGreaterThan(5);
  });

  it('keeps whole leads, the same ones for the same log, when there are too many rows', () => {
    const all = setOf(64);
    const some = setOf(64, 300);
    const { table } = some.labelled('conversion');
    expect(all.share).toBe(1);
    expect(some.share).toBeLessThan(1);
    expect(some.read).toEqual(all.read);
    expect(table.labels.length).toBeGreaterThan(0);
    expect(table.labels.length).toBeLessThanOrEqual(300);
    expect(setOf(64, 300).labelled('conversion').table.atMs).toEqual(table.atMs);
    const perLead = Map.groupBy(table.groups, (group) => group);
    for (const rows of perLead.values()) expect(rows.length).toBeGreaterThan(4);
  });
});

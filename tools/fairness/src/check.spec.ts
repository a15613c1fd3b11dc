import { FEATURES } from '@hub/intelligence';
import type { NumberColumn } from '@hub/intelligence/training';
import { describe, expect, it } from '@jest/globals';
import { problemsOf, tableOf } from './check.ts';
import { simulatedLeads } from './simulated-leads.ts';

describe('the check of the build', () => {
  const leads = simulatedLeads(3, 20, 25);
  const table = tableOf(leads);

  it('passes with the features as they are', () => {
    expect(leads.length).toBeGreaterThan(300);
    expect(problemsOf(FEATURES, table, leads)).toEqual([]);
  });

  it('fails when a feature enters that is barred', () => {
    const planted = { name: 'homeCity', definition: 'Where the lead lives, by its place in the list of cities' };
    expect(problemsOf([...FEATURES, planted], table, leads)).toEqual([
      expect.stringMatching(/^homeCity may not enter a score: speaks of place: city; .*not on the allow list$/),
    ]);
  });

  it('fails when a feature under an innocent name stands in for a name', () => {
    const planted: NumberColumn = {
      kind: 'number',
      name: 'handOffs',
      monotone: null,
      values: Float64Array.from(leads, ({ firstName }, index) => firstName.charCodeAt(0) + (index % 5)),
    };
    const columns = table.columns.map((column) => (column.name === 'handOffs' ? planted : column));
    const problems = problemsOf(FEATURES, { columns }, leads);
    expect(problems).toContainEqual(
      expect.stringMatching(
        /^handOffs may stand in for the initial of the given name: association 0\.\d\d, at most 0\.3$/,
      ),
    );
    expect(problems.every((problem) => /^(handOffs|all inputs together) may/.test(problem))).toBe(true);
  });
});

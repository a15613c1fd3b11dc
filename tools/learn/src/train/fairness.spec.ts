import { FEATURES } from '@hub/intelligence';
import { describe, expect, it } from '@jest/globals';
import { fairnessOf } from './fairness.ts';
import { initialsOf } from './lead-history.ts';
import { DAY_MS, START_MS, told } from './told.for-spec.ts';
import { TrainingSet } from './training-set.ts';

const features = FEATURES.map(({ name }) => name);
const shapes = features.map((name) => ({ edges: [1], logits: name === 'talks' ? [0, 0.1, 0.2] : [0, 0, 0] }));
const model = { features, shapes, pairs: [] };

/** Leads that are called `calls` times, each with the initials that `named` gives. */
function setOf(count: number, calls: (index: number) => number, named: (index: number) => string | null): TrainingSet {
  const set = new TrainingSet(START_MS + 100 * DAY_MS);
  for (let index = 0; index < count; index += 1) {
    const talks = Array.from({ length: calls(index) }, (_, call) =>
      told('call', 1 + call / 10, 0, { stage: 'completed', value: 60 }),
    );
    const initials = initialsOf(named(index));
    const events = [told('lead.created', 0), ...talks];
    set.add({ tenantId: 't', leadId: `l${index}`, events, ...(initials !== undefined && { initials }) });
  }
  return set;
}

const LETTERS = ['Ann', 'Bo', 'Cy'];
const nameOf = (index: number): string => `${LETTERS[index % 3]} Zhou`;

describe('fairness of a model', () => {
  it('passes where what moves it tells no name', () => {
    const set = setOf(300, (index) => index % 4, nameOf);
    expect(fairnessOf(model, set.audited('conversion'))).toEqual({
      passed: true,
      checks: [
        'Every input is on the allow list, and none is named or defined by a protected ground',
        `1 of ${features.length} inputs move it`,
        expect.stringMatching(
          /^No input stands in for the initial of the given name, alone or together; the closest is talks/,
        ),
        'Not judged, too few leads with a name: the initial of the family name',
      ],
    });
  });

  it('does not where an input that moves it goes with names, but does where that has no part in it', () => {
    const set = setOf(300, (index) => index % 3, nameOf);
    const fairness = fairnessOf(model, set.audited('conversion'));
    expect(fairness.passed).toBe(false);
    expect(fairness.checks).toContainEqual(
      expect.stringMatching(
        /^May stand in for what must not be known: talks with the initial of the given name, 1\.00/,
      ),
    );
    const without = { ...model, shapes: features.map(() => ({ edges: [], logits: [0, 0] })) };
    expect(fairnessOf(without, set.audited('conversion')).passed).toBe(true);
  });

  it('does not where an input may not enter a score, and says so where nothing can be judged', () => {
    const set = setOf(
      20,
      () => 1,
      () => null,
    );
    const fairness = fairnessOf({ ...model, features: [...features.slice(1), 'homeCity'] }, set.audited('goingCold'));
    expect(fairness.passed).toBe(false);
    expect(fairness.checks[0]).toBe('Barred: homeCity (speaks of place: city; not on the allow list)');
    expect(fairness.checks.at(-1)).toMatch(/^Not judged, too few leads with a name: the initial of the given name, /);
  });
});

describe('initialsOf', () => {
  it.each([
    ['Ann Zhou', 'A', 'Z'],
    ['  émile  de la  tour ', 'É', 'T'],
    ['Cher', 'C', 'C'],
    ['"Bo" (O\'Neil)', 'B', 'N'],
  ])('of %s are %s and %s', (name, given, family) => {
    expect(initialsOf(name)).toEqual({ given, family });
  });

  it.each([null, '', ' 42 '])('of %p are not known', (name) => {
    expect(initialsOf(name)).toBeUndefined();
  });
});

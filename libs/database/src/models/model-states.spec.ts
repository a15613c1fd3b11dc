import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  championOf,
  type ModelChange,
  type ModelCommand,
  type ModelState,
  type RegisteredModel,
  servedBefore,
  type Step,
  stepOf,
} from './model-states.ts';

const model = (hash: string, state: ModelState): RegisteredModel => ({
  hash,
  name: 'conversion',
  version: `v-${hash}`,
  state,
});

const whyOf = (step: Step): string => (step.kind === 'refused' ? step.why : 'not refused');

describe('a change of state', () => {
  it.each<[ModelState, 'shadow' | 'promote' | 'retire', ModelState]>([
    ['candidate', 'shadow', 'shadow'],
    ['retired', 'shadow', 'shadow'],
    ['candidate', 'promote', 'champion'],
    ['shadow', 'promote', 'champion'],
    ['candidate', 'retire', 'retired'],
    ['shadow', 'retire', 'retired'],
    ['champion', 'retire', 'retired'],
  ])('of a %s: %s makes it %s', (state, action, to) => {
    const seen = state === 'champion' ? 'a' : null;
    const step = stepOf([model('a', state)], [], { action, model: 'a' }, seen);
    expect(step.kind === 'changes' && step.states.get('a')).toBe(to);
  });

  it.each<[ModelState, 'shadow' | 'promote' | 'retire', string]>([
    ['retired', 'promote', 'conversion v-a is retired, promote takes no such model: make it a shadow first'],
    ['champion', 'promote', 'it decides already'],
    ['champion', 'shadow', 'roll back, or promote another'],
    ['shadow', 'shadow', 'it is one already'],
    ['retired', 'retire', 'it is already'],
  ])('of a %s is refused in clear words: %s', (state, action, why) => {
    const seen = state === 'champion' ? 'a' : null;
    expect(whyOf(stepOf([model('a', state)], [], { action, model: 'a' }, seen))).toContain(why);
  });

  it('of an unknown model, and one that was decided before another change, are refused', () => {
    const models = [model('a', 'champion'), model('b', 'shadow')];
    expect(whyOf(stepOf(models, [], { action: 'promote', model: 'c' }, 'a'))).toContain('the hash c');
    expect(whyOf(stepOf(models, [], { action: 'promote', model: 'b' }, null))).toBe(
      'meanwhile conversion v-a serves: look again',
    );
    expect(whyOf(stepOf([model('b', 'shadow')], [], { action: 'promote', model: 'b' }, 'a'))).toContain('the prior');
  });

  it('back is refused where nothing was ever promoted', () => {
    expect(whyOf(stepOf([model('a', 'candidate')], [], { action: 'rollback' }, null))).toContain('nothing');
  });
});

const HASHES = ['a', 'b', 'c', 'd'];

interface World {
  readonly models: readonly RegisteredModel[];
  readonly history: readonly ModelChange[];
}

function carryOut({ models, history }: World, command: ModelCommand): World {
  const step = stepOf(models, history, command, championOf(models));
  if (step.kind === 'refused') return { models, history };
  return {
    models: models.map((one) => ({ ...one, state: step.states.get(one.hash) ?? one.state })),
    history: [...history, step.change],
  };
}

const command: fc.Arbitrary<ModelCommand> = fc.oneof(
  fc.record({
    action: fc.constantFrom('shadow' as const, 'promote' as const, 'retire' as const),
    model: fc.constantFrom(...HASHES),
  }),
  fc.constant({ action: 'rollback' as const }),
);

const BEGINNING: World = { models: HASHES.map((hash) => model(hash, 'candidate')), history: [] };

describe('whatever is commanded', () => {
  const after = (commands: readonly ModelCommand[]): World => commands.reduce(carryOut, BEGINNING);

  it('leaves one champion at most, which is the one that the history tells of', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
        const { models, history } = after(commands);
        expect(models.filter(({ state }) => state === 'champion').length).toBeLessThanOrEqual(1);
        const latest = history.findLast(
          ({ action, replaced }) => action !== 'shadow' && (action !== 'retire' || replaced !== null),
        );
        expect(championOf(models)).toBe(latest === undefined || latest.action === 'retire' ? null : latest.model);
      }),
    );
  });

  it('a roll back brings what served before, as often as who serves was changed', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
        const served: (string | null)[] = [null];
        let world = BEGINNING;
        for (const one of commands.filter(({ action }) => action !== 'rollback')) {
          const next = carryOut(world, one);
          if (championOf(next.models) !== championOf(world.models)) served.push(championOf(next.models));
          world = next;
        }
        while (served.length > 1) {
          served.pop();
          expect(servedBefore(world.history)).toBe(served.at(-1));
          world = carryOut(world, { action: 'rollback' });
          expect(championOf(world.models)).toBe(served.at(-1));
        }
        expect(servedBefore(world.history)).toBeUndefined();
      }),
    );
  });

  it('nobody who is retired decides again but by a roll back', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
        commands.reduce((world, one) => {
          const next = carryOut(world, one);
          const risen = next.models.filter(
            ({ state }, at) => state === 'champion' && world.models[at]?.state === 'retired',
          );
          if (risen.length > 0) expect(one.action).toBe('rollback');
          return next;
        }, BEGINNING);
      }),
    );
  });
});

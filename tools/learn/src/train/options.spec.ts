import { describe, expect, it } from '@jest/globals';
import { readOptions, UsageError } from './options.ts';

const NOW_MS = Date.UTC(2026, 8, 1, 12);

describe('readOptions', () => {
  it('reads the log of the hub up to now, for all models, when nothing is said', () => {
    expect(readOptions([], NOW_MS)).toMatchObject({
      models: ['conversion', 'goingCold'],
      source: { kind: 'postgres' },
      untilMs: NOW_MS,
      seed: 1,
      out: null,
      register: false,
      force: false,
      truth: false,
    });
  });

  it('takes what is said', () => {
    const args = ['--model', 'goingCold', '--simulated', '6', '--until', '2026-07-01', '--seed', '7', '--threads', '0'];
    expect(readOptions([...args, '--out', 'here', '--force'], NOW_MS)).toMatchObject({
      models: ['goingCold'],
      source: { kind: 'simulated', months: 6 },
      untilMs: Date.UTC(2026, 6, 1),
      seed: 7,
      threads: 0,
      out: 'here',
      force: true,
    });
    expect(readOptions(['--until', '2026-07-01T10:00:00+02:00'], NOW_MS).untilMs).toBe(Date.UTC(2026, 6, 1, 8));
  });

  it.each([
    [['--model', 'match'], '--model: there is no match; there are conversion, goingCold and all'],
    [['--from', 'mysql'], '--from: there is only postgres'],
    [['--from', 'postgres', '--simulated', '3'], 'exclude each other'],
    [['--simulated', '0'], '--simulated must be'],
    [['--simulated', 'six'], '--simulated must be'],
    [['--simulated', '61'], '--simulated must be'],
    [['--until', 'yesterday'], '--until must be a date'],
    [['--until', '2026-02-30'], '--until must be a date'],
    [['--until', '2026-13-01'], '--until must be a date'],
    [['--until', ''], '--until must be a date'],
    [['--until', '2026-09-02'], '--until lies in the future'],
    [['--seed=-1'], '--seed must be'],
    [['--seed', '1.5'], '--seed must be'],
    [['--threads', 'many'], '--threads must be'],
    [['--truth', '--register'], '--truth is for simulated leads alone'],
    [['--quick'], '--quick goes with --truth'],
    [['--register', '--simulated', '3'], '--register: models of simulated leads'],
    [['--sead', '1'], 'sead'],
    [['conversion'], 'conversion'],
  ])('refuses %j', (args, problem) => {
    expect(() => readOptions(args, NOW_MS)).toThrow(UsageError);
    expect(() => readOptions(args, NOW_MS)).toThrow(problem);
  });

  it('names all that is wrong at once', () => {
    expect(() => readOptions(['--seed', 'x', '--until', 'y'], NOW_MS)).toThrow(/--until.*\n--seed/);
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { type Checkpoint, Checkpoints } from './checkpoint.ts';

const folder = mkdtempSync(join(tmpdir(), 'hub-checkpoint-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const at = (settled: number): Checkpoint => ({ world: 'w', epochMs: 5, stretches: [], settled, reachedMs: settled });
const savedIn = (file: string): number => (JSON.parse(readFileSync(file, 'utf8')) as Checkpoint).settled;

describe('Checkpoints', () => {
  it('saves once a second, and when told to', () => {
    const file = join(folder, 'a');
    const checkpoints = new Checkpoints(file, 'w');
    checkpoints.reached(at(10), 1000);
    checkpoints.reached(at(20), 1999);
    expect(savedIn(file)).toBe(10);
    checkpoints.reached(at(30), 2000);
    expect(savedIn(file)).toBe(30);
    checkpoints.reached(at(40), 2001);
    checkpoints.save();
    expect(new Checkpoints(file, 'w').last).toEqual(at(40));
  });

  it('is not set back by what is sent again', () => {
    const file = join(folder, 'b');
    new Checkpoints(file, 'w').reached(at(10), 0);
    const again = new Checkpoints(file, 'w');
    again.reached(at(1), 0);
    again.save();
    expect(savedIn(file)).toBe(10);
  });

  it('begins anew for another world, and where the file is not its own', () => {
    const file = join(folder, 'c');
    new Checkpoints(file, 'w').reached(at(10), 0);
    expect(new Checkpoints(file, 'another').last).toBeNull();
    writeFileSync(file, '{"wor');
    expect(new Checkpoints(file, 'w').last).toBeNull();
  });

  it('can do without a file', () => {
    const nowhere = new Checkpoints(null, 'w');
    nowhere.reached(at(10), 0);
    expect(nowhere.last).toBeNull();
  });
});

import { expect, it } from '@jest/globals';
import type { Evaluated } from '../evaluate.ts';
import { figuresOf } from '../figures.ts';
import type { TaskName } from '../sets/data-set.ts';
import { jsonOf } from './json.ts';
import { reportOf } from './markdown.ts';

const ROWS = 200;

/** The upper half of the odds comes true, but for every eighth row; two rows a lead, one of day 1 and one of day 7. */
function evaluated(name: TaskName, isMended: boolean): Evaluated {
  const odds = Float64Array.from({ length: ROWS }, (_, row) => (row + 0.5) / ROWS);
  const labels = Uint8Array.from(odds, (odd, row) => Number(odd > 0.5 !== (row % 8 === 0)));
  const groups = Int32Array.from(odds, (_, row) => Math.floor(row / 2));
  const table = { columns: [], labels, atMs: odds, groups };
  const ageDays = isMended ? null : Float64Array.from(odds, (_, row) => (row % 2 === 0 ? 1 : 7));
  const protocol = { kind: 'forward', train: table, test: table, ageDays, isMended } as const;
  const judged = {
    labels,
    groups,
    learned: odds,
    logistic: odds.toReversed(),
    mended: isMended ? odds : null,
    models: [],
  };
  return { task: { name, title: 'a title', protocol }, judged, figures: figuresOf(judged, protocol), seconds: 1.24 };
}

const both = [evaluated('bpic2012Conversion', false), evaluated('bankMarketing', true)];

it('gives figures with three digits and intervals, beside challenger, references and goal', () => {
  const lines = reportOf(both).split('\n');
  const summary = lines.find((line) => line.startsWith('| bpic2012Conversion'));
  expect(summary).toMatch(/\| 0\.\d{3} \(0\.\d{3} to 0\.\d{3}\) \| 0\.\d{3} \| 0\.747 \| 0\.747: reached \|/);
  const [learned, logistic] = ['| learned |', '| logistic |'].map((start) =>
    lines.find((line) => line.startsWith(start)),
  );
  for (const line of [learned, logistic]) {
    expect(line).toMatch(
      /^\| \w+ \|( \d\.\d{3} \(\d\.\d{3} to \d\.\d{3}\) \|){4} \d\.\d\d \(\d\.\d\d to \d\.\d\d\) \|$/,
    );
  }
  expect(lines).toContain('| reference: gradient boosting | 0.747 | 0.603 | 0.191 |  | 1.73 |');
  expect(lines).toContain('| rows | 100 | 100 |');
});

it('says by how much a goal is missed, and what models of restricted data are for', () => {
  const report = reportOf(both);
  expect(report).toMatch(/\| 0\.02: missed by 0\.\d{4} \|/);
  expect(report).toContain('non-commercial. Models learned from it are for this evaluation only; none is written.');
  expect(report).toContain('- Moro, Cortez, Rita 2014, UCI. Licence: CC BY 4.0.\n');
});

it('gives programs the same figures by task, with the challenger under logistic', () => {
  const { bpic2012Conversion, bankMarketing } = jsonOf(both);
  const [conversion] = both.map(({ figures }) => figures);
  const auc = Number(conversion?.learned.auc.value.toFixed(4));
  expect(bpic2012Conversion).toMatchObject({
    auc,
    rows: ROWS,
    leads: 100,
    byAgeDays: { 1: { rows: 100 }, 7: { rows: 100 } },
  });
  expect(bpic2012Conversion).toHaveProperty('logistic.auc', Number(conversion?.logistic.auc.value.toFixed(4)));
  expect(bpic2012Conversion).not.toHaveProperty('monthByMonth');
  expect(bankMarketing).toHaveProperty('monthByMonth.ece');
  expect(bankMarketing).not.toHaveProperty('byAgeDays');
});

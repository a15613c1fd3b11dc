import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { seededRandom } from '@hub/intelligence/training';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { bankMarketing } from './sets/bank-marketing.ts';
import { csvText } from './sets/files.for-spec.ts';
import { telcoChurn } from './sets/telco-churn.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const [CUSTOMERS, CALLS] = [telcoChurn.files[0]?.file ?? '', bankMarketing.files[0]?.file ?? ''];
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'hub-evaluate-test-'));
  await write(CUSTOMERS, gzipSync(csvText(customers())));
  await write(CALLS, gzipSync(csvText(calls(), ';')));
});
afterAll(() => rm(root, { recursive: true }));

async function write(file: string, content: Buffer): Promise<void> {
  await mkdir(dirname(join(root, file)), { recursive: true });
  await writeFile(join(root, file), content);
}

/** Churn falls with tenure. */
function customers() {
  const random = seededRandom(1);
  const columns = telcoChurn.files[0]?.columns ?? [];
  return Array.from({ length: 300 }, () => {
    const tenure = Math.floor(72 * random());
    const others = Object.fromEntries(columns.map((column) => [column, random() < 0.5 ? '1' : '0']));
    return { ...others, tenure, Churn: random() < 0.8 - tenure / 100 ? 'Yes' : 'No' };
  });
}

/** Success rises from month to month. */
function calls() {
  const random = seededRandom(2);
  const columns = bankMarketing.files[0]?.columns ?? [];
  return Array.from({ length: 400 }, (_, row) => {
    const others = Object.fromEntries(columns.map((column) => [column, random() < 0.5 ? '1' : '0']));
    const month = ['may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'][Math.floor(row / 50)];
    return { ...others, month, age: Math.floor(20 + 60 * random()), y: random() < row / 500 ? 'yes' : 'no' };
  });
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function evaluate(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--conditions=source', main, ...args],
      { env: { PATH: process.env['PATH'] } },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

it('judges two sets of very few rows and writes a report with plots', async () => {
  const out = join(root, 'out');
  const ended = await evaluate('--data', root, '--only', 'telcoChurn,bankMarketing', '--out', out, '--json');
  expect(ended).toMatchObject({ code: 0 });
  const result = JSON.parse(ended.stdout.trim().split('\n').at(-1) ?? '');
  expect(Object.keys(result)).toEqual(['telcoChurn', 'bankMarketing']);
  const figures = {
    auc: expect.any(Number),
    aucLow: expect.any(Number),
    aucHigh: expect.any(Number),
    ece: expect.any(Number),
  };
  expect(result.telcoChurn).toMatchObject({ ...figures, rows: 300, logistic: figures });
  expect(result.telcoChurn.auc).toBeGreaterThan(0.55);
  expect(result.bankMarketing).toMatchObject({ ...figures, rows: 80, monthByMonth: figures, logistic: figures });

  expect((await readdir(out)).toSorted()).toEqual(['bankMarketing.svg', 'report.md', 'telcoChurn.svg']);
  const report = await readFile(join(out, 'report.md'), 'utf8');
  expect(report).toContain('Moro, Cortez, Rita 2014, UCI. Licence: CC BY 4.0.');
  expect(report).toContain('![Reliability of bankMarketing](bankMarketing.svg)');
  expect(ended.stderr).toContain('telcoChurn: IBM, Telco Customer Churn');
}, 120_000);

it.each([
  ['a folder that is not there', async () => ['--data', join(root, 'nowhere')], 1, /there is no folder .*nowhere/],
  ['a set that is not there', async () => ['--data', root, '--only', 'xEducation'], 1, /leads\.csv\.gz cannot be read/],
  ['a task that is not there', async () => ['--data', root, '--only', 'everything'], 2, /there is no everything/],
  ['a file that is cut off', () => spoilt(gzipSync(csvText(customers())).subarray(0, 500)), 1, /copy it again/],
  ['another header', () => spoilt(gzipSync('a,b\n1,2\n')), 1, /customers?.*line 1: the header lacks tenure/],
  [
    'a bad value',
    () => spoilt(gzipSync(csvText([{ ...customers()[0], tenure: 'long' }]))),
    1,
    /line 2: tenure is "long"/,
  ],
])('says what to do about %s', async (_, argsOf, code, complaint) => {
  const ended = await evaluate(...(await argsOf()));
  expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(complaint) });
  expect(ended.stderr).not.toContain('    at ');
});

async function spoilt(content: Buffer): Promise<readonly string[]> {
  const folder = join(root, 'spoilt');
  await mkdir(join(folder, dirname(CUSTOMERS)), { recursive: true });
  await writeFile(join(folder, CUSTOMERS), content);
  return ['--data', folder, '--only', 'telcoChurn'];
}

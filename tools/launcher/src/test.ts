import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withoutServerUrls } from './bring-up.ts';
import { build } from './build.ts';
import { ensureChromium } from './chromium.ts';
import { follow } from './follow.ts';
import { ROOT } from './paths.ts';
import { textReport } from './report.ts';
import { addUp, countOf, type JestResults, NO_TESTS, type TestCount } from './test-count.ts';

const JEST = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');

/** Specs of whole stacks take all cores for themselves; the others run side by side. */
const RUNS = [
  { projects: ['unit', 'integration'], workers: '50%' },
  { projects: ['end-to-end'], workers: '1' },
];

/** `npm test -- [paths and other options of Jest]`: every spec; the last line printed is `N passed, N failed`. */
export async function test(args: readonly string[], signal: AbortSignal): Promise<number> {
  const report = textReport((text) => process.stdout.write(text));
  let count = NO_TESTS;
  try {
    const chromium = await report.step('browser', (progress) => ensureChromium(process.env, progress));
    await report.step('build', (progress) => build(progress, signal));
    const env = {
      ...withoutServerUrls(process.env),
      CHROMIUM: chromium,
      NODE_OPTIONS: '--experimental-vm-modules --no-warnings',
    };
    for (const { projects, workers } of RUNS) {
      signal.throwIfAborted();
      const select = ['--selectProjects', ...projects, '--maxWorkers', workers, '--passWithNoTests'];
      count = addUp(count, await runJest([...select, ...args], env, signal));
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    count = addUp(count, { passed: 0, failed: 1 });
  }
  if (count.passed + count.failed === 0) {
    process.stderr.write('no test ran\n');
    count = { passed: 0, failed: 1 };
  }
  process.stdout.write(`${count.passed} passed, ${count.failed} failed\n`);
  return count.failed === 0 ? 0 : 1;
}

async function runJest(args: readonly string[], env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<TestCount> {
  const dir = await mkdtemp(join(tmpdir(), 'enterprisehub-jest-'));
  try {
    const outputFile = join(dir, 'results.json');
    const code = await follow(process.execPath, [JEST, ...args, '--json', '--outputFile', outputFile], env, signal);
    const text = await readFile(outputFile, 'utf8').catch(() => null);
    const results = text === null ? null : (JSON.parse(text) as JestResults);
    return countOf(results, code);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

import { runCommand } from '@hub/local-servers';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const MAC_PATHS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const INSTALL_TIMEOUT_MS = 600_000;

/**
 * The browser of the browser tests: `CHROMIUM`, else one on PATH, else Debian's, installed where we may.
 * @throws Error with what to type.
 */
export async function ensureChromium(env: NodeJS.ProcessEnv, progress: (line: string) => void): Promise<string> {
  const found = findChromium(env);
  if (found !== null) return found;
  if (process.getuid?.() === 0 && onPath(env, 'apt-get') !== null) {
    progress('installing Debian package chromium');
    const install = ['install', '-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', 'chromium'];
    const apt = (args: string[]) =>
      runCommand('apt-get', args, {
        timeoutMs: INSTALL_TIMEOUT_MS,
        env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    // The package lists may be missing, as in a fresh container, or older than the packages that are offered now.
    if ((await apt(install)).code !== 0) {
      await apt(['update', '-qq']);
      await apt(install);
    }
    const installed = findChromium(env);
    if (installed !== null) return installed;
  }
  throw new Error(
    [
      'The browser tests need Chromium: none of CHROMIUM, or chromium, chromium-browser, google-chrome on PATH, was found.',
      '  Debian: sudo apt-get install -y chromium',
      '  macOS: brew install --cask chromium',
      '  elsewhere: export CHROMIUM=/path/to/chrome',
    ].join('\n'),
  );
}

function findChromium(env: NodeJS.ProcessEnv): string | null {
  const named = env['CHROMIUM'];
  if (named !== undefined && named !== '') {
    if (isRunnable(named)) return named;
    throw new Error(`CHROMIUM is set to ${named}, which cannot be run`);
  }
  const candidates = [...NAMES.map((name) => onPath(env, name)), ...MAC_PATHS.filter(isRunnable)];
  return candidates.find((path) => path !== null) ?? null;
}

function onPath(env: NodeJS.ProcessEnv, name: string): string | null {
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find(isRunnable) ?? null;
}

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Missing or not ours to run.
    return false;
  }
}

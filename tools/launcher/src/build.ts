import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runCommand } from '@hub/local-servers';
import { withLock } from './lock.ts';
import { appEntry, CACHE_DIR, DATABASE_CLI, ROOT } from './paths.ts';
import { SERVICE_NAMES } from './services.ts';

const BUILD_TIMEOUT_MS = 600_000;
const STAMP = join(CACHE_DIR, 'built');
const NX = join(ROOT, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');
const NOT_SOURCE = new Set(['node_modules', 'dist', '.nx', '.hub', '.git']);

/**
 * Builds every workspace that is not built yet. One command at a time: two builds would write the same files.
 * @throws Error with what the build printed last.
 */
export async function build(progress: (line: string) => void, signal?: AbortSignal): Promise<void> {
  const lock = join(CACHE_DIR, 'build.lock');
  const onWait = (pid: number) => {
    progress(`waiting for pid ${pid}, which is building`);
  };
  await withLock(lock, onWait, async () => {
    const sources = await fingerprint();
    if (await isBuilt(sources)) return;
    progress('building what has changed');
    const { code, output } = await runCommand(
      process.execPath,
      [NX, 'run-many', '-t', 'build', '--output-style=static'],
      {
        timeoutMs: BUILD_TIMEOUT_MS,
        ...(signal && { signal }),
        cwd: ROOT,
        // The same for whoever asks: under Jest, NODE_ENV would make the page a development build.
        env: {
          ...process.env,
          NODE_ENV: 'production',
          NX_DAEMON: 'false',
          NX_TUI: 'false',
          NODE_OPTIONS: '',
          FORCE_COLOR: '0',
          npm_config_loglevel: 'error',
        },
      },
    );
    if (code !== 0) throw new Error(`the build failed:\n${failedTasks(output)}`);
    await mkdir(dirname(STAMP), { recursive: true });
    await writeFile(STAMP, sources);
  });
}

/** Of all that a build prints, what the tasks that failed had to say. */
export function failedTasks(output: string): string {
  const text = output.trim();
  const names = [...text.matchAll(/^- (\S+:build)$/gm)].map((match) => match[1]);
  const sections = text.split(/^> nx run /m).filter((section) => names.some((name) => section.startsWith(`${name}\n`)));
  return sections.length > 0 ? sections.map((section) => section.trim()).join('\n\n') : text.slice(-6_000);
}

/** Nx would find out too, but takes seconds for it. */
async function isBuilt(sources: string): Promise<boolean> {
  const entries = [DATABASE_CLI, ...SERVICE_NAMES.map(appEntry), join(ROOT, 'apps', 'web', 'dist', 'index.html')];
  return entries.every((path) => existsSync(path)) && (await readFile(STAMP, 'utf8').catch(() => '')) === sources;
}

/** Changes when a source file is added, removed or written. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  const roots = ['libs', 'apps', 'package-lock.json', 'tsconfig.base.json', 'nx.json'];
  for (const root of roots) await addTo(hash, join(ROOT, root));
  return hash.digest('hex');
}

async function addTo(hash: ReturnType<typeof createHash>, path: string): Promise<void> {
  const { mtimeMs, size, isFolder } = await stat(path).then((found) => ({
    mtimeMs: found.mtimeMs,
    size: found.size,
    isFolder: found.isDirectory(),
  }));
  if (!isFolder) {
    hash.update(`${path}:${size}:${mtimeMs}\n`);
    return;
  }
  for (const name of (await readdir(path)).toSorted()) {
    if (!NOT_SOURCE.has(name)) await addTo(hash, join(path, name));
  }
}

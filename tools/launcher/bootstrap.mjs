// Runs on the Node that is there (20 or later) with nothing installed: gets the locked dependencies, finds
// Node 24, and hands over to src/main.ts. Plain JavaScript without imports of ours, for that reason.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 20;
const OUR_NODE = 24;
const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const MODULES = join(ROOT, 'node_modules');
const STAMP = join(MODULES, '.enterprisehub-install.json');
/** Older locks are of a process that was killed, whose pid another one may have by now. */
const LONGEST_INSTALL_MS = 900_000;
const LOCK = join(ROOT, '.hub', 'install.lock');

class Stop extends Error {}

async function main([command = 'start', ...args]) {
  requireNode();
  await installOnce();
  const node = findNode();
  const env = { ...process.env, PATH: [dirname(node), join(MODULES, '.bin'), process.env.PATH].join(delimiter) };
  if (command === 'exec') return follow(spawn(args[0], args.slice(1), { cwd: ROOT, env, stdio: 'inherit' }));
  const entry = join(ROOT, 'tools', 'launcher', 'src', 'main.ts');
  // In a session of its own, so that Ctrl-C reaches only this process, which passes it on once. The channel tells
  // the launcher when this process is gone without having said so.
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc'];
  return follow(
    spawn(node, ['--conditions=source', entry, command, ...args], { cwd: ROOT, env, stdio, detached: true }),
  );
}

function requireNode() {
  if (major(process.versions.node) >= OLDEST_NODE) return;
  throw new Stop(
    `EnterpriseHub needs Node ${OLDEST_NODE} or later to start; this is ${process.version}.\n` +
      'Debian: sudo apt-get install -y nodejs npm, or see https://nodejs.org/en/download',
  );
}

/** The Node that our packages bring, else this one where it is new enough. */
function findNode() {
  const packaged = join(MODULES, `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(packaged)) return packaged;
  if (major(process.versions.node) >= OUR_NODE) return process.execPath;
  throw new Stop(
    `No Node ${OUR_NODE} comes as a package for ${process.platform} on ${process.arch}, and this is ${process.version}.\n` +
      `Install Node ${OUR_NODE} (macOS: brew install node@${OUR_NODE}) and run the command again.`,
  );
}

function major(version) {
  return Number(version.split('.')[0]);
}

/** Installs when package-lock.json, or the machine, is not the one that was installed for. */
async function installOnce() {
  const wanted = fingerprint();
  if (installed() === wanted) return;
  const release = await lock();
  try {
    if (installed() === wanted) return; // Another command did it while this one waited.
    if (!installedByHand()) {
      refuseUnderRunningHub();
      await install();
    }
    writeFileSync(STAMP, JSON.stringify({ fingerprint: wanted }));
  } finally {
    release();
  }
}

function fingerprint() {
  const lockFile = readFileSync(join(ROOT, 'package-lock.json'));
  return createHash('sha256').update(lockFile).update(`${process.platform}-${process.arch}`).digest('hex');
}

function installed() {
  return readJson(STAMP)?.fingerprint;
}

/** Whether npm's own record says that every package of the lock file is there. */
function installedByHand() {
  const there = readJson(join(MODULES, '.package-lock.json'))?.packages;
  const wanted = readJson(join(ROOT, 'package-lock.json'))?.packages;
  if (there === undefined || wanted === undefined) return false;
  return Object.entries(wanted)
    .filter(([path, { optional, link }]) => path.startsWith('node_modules/') && optional !== true && link !== true)
    .every(([path, { version }]) => there[path]?.version === version);
}

/** `npm ci` starts by removing every package, also those that a running hub still has to load. */
function refuseUnderRunningHub() {
  const run = readJson(join(ROOT, '.hub', 'run.json'));
  if (run?.launcher === undefined || !isAlive(run.launcher.pid)) return;
  throw new Stop(
    `The dependencies have changed, but EnterpriseHub is running from this folder (pid ${run.launcher.pid}).\n` +
      'Stop it first: npm run stop',
  );
}

async function install() {
  process.stdout.write('installing the locked dependencies with npm ci (once; up to some minutes)\n');
  const startedMs = Date.now();
  const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const args = ['ci', '--include=dev', '--include=optional', '--loglevel=error', '--no-progress'];
  const child = spawn(npm[0], [...npm.slice(1), ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const ticker = setInterval(() => {
    process.stdout.write(`  still installing, ${Math.round((Date.now() - startedMs) / 1000)} s\n`);
  }, 15_000);
  const code = await follow(child);
  clearInterval(ticker);
  if (code === 130 || code === 143) throw new Stop('stopped while installing');
  if (code !== 0) throw new Stop(`npm ci failed:\n${output.trim().split('\n').slice(0, 20).join('\n')}`); // usage help comes last
  process.stdout.write(`✓ dependencies (${((Date.now() - startedMs) / 1000).toFixed(1)} s)\n`);
}

/** Waits while another command installs; a lock whose process is gone counts as none. */
async function lock() {
  mkdirSync(dirname(LOCK), { recursive: true });
  for (let waited = false; ; waited = true) {
    try {
      mkdirSync(LOCK);
      writeFileSync(join(LOCK, 'pid'), String(process.pid));
      return () => rmSync(LOCK, { recursive: true, force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    // The file appears a moment after the folder.
    await pause(250);
    const holder = Number(readText(join(LOCK, 'pid')));
    if (!isAlive(holder) || ageMs(LOCK) > LONGEST_INSTALL_MS) rmSync(LOCK, { recursive: true, force: true });
    else if (!waited) process.stdout.write(`waiting for pid ${holder}, which is installing the dependencies\n`);
  }
}

function ageMs(path) {
  return Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
}

function isAlive(pid) {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Passes signals on and gives the exit code. Also ends the child when npm, which started us, is gone. */
function follow(child) {
  const forward = (signal) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.env.npm_lifecycle_event !== undefined && process.ppid !== parent) child.kill('SIGTERM');
  }, 1_000);
  return new Promise((settle, fail) => {
    child.once('error', fail);
    child.once('exit', (code, signal) => {
      clearInterval(watch);
      for (const each of signals) process.removeListener(each, forward);
      settle(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // Missing, or cut short by a crash: both mean that nothing is known.
  }
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

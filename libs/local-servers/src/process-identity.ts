import { execFile } from 'node:child_process';
import { readFile, readdir, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

/** A process that cannot be mistaken for a later one with the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAt: string;
}

/** Identity of a live process; null when there is none (a zombie is not alive). */
export async function identityOf(pid: number): Promise<ProcessIdentity | null> {
  const startedAt = process.platform === 'linux' ? await linuxStartTime(pid) : await psStartTime(pid);
  return startedAt === null ? null : { pid, startedAt };
}

export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await identityOf(identity.pid))?.startedAt === identity.startedAt;
}

let bootId: Promise<string> | undefined;

async function linuxStartTime(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => null);
  // The name, in parentheses, may itself hold spaces and parentheses.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields === undefined || fields[0] === 'Z' || fields[0] === 'X') return null;
  bootId ??= readFile('/proc/sys/kernel/random/boot_id', 'latin1').then(
    (id) => id.trim(),
    () => '',
  );
  return `${fields[19]}@${await bootId}`;
}

async function psStartTime(pid: number): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]);
    const [state, ...started] = stdout.trim().split(/\s+/);
    return state === undefined || state === '' || state.startsWith('Z') ? null : started.join(' ');
  } catch {
    // ps answers with an error when no such process exists.
    return null;
  }
}

/** Command line of a process as one text; empty when it is gone or not ours to see. */
export async function commandOf(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    const raw = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return raw.replaceAll('\0', ' ').trim();
  }
  return promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
}

/** Pids of the processes working in `dir`, such as every process of one Postgres; Linux only, else none. */
export async function processesIn(dir: string): Promise<readonly number[]> {
  const entries = await readdir('/proc').catch(() => []);
  const pids = entries.filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => null);
      return cwd === dir && (await identityOf(pid)) !== null ? pid : null;
    }),
  );
  return found.filter((pid) => pid !== null);
}

/** Resident memory of a process in bytes; null when it is gone. */
export async function rssBytesOf(pid: number): Promise<number | null> {
  if (process.platform === 'linux') {
    const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '');
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
    return kibibytes === undefined ? null : Number(kibibytes) * 1024;
  }
  return promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]).then(
    ({ stdout }) => Number(stdout.trim()) * 1024,
    () => null,
  );
}

/** The same with its children, and theirs, added; null when it is gone. */
export async function rssBytesOfTree(pid: number): Promise<number | null> {
  const own = await rssBytesOf(pid);
  if (own === null) return null;
  const children = await Promise.all((await childrenOf(pid)).map(rssBytesOfTree));
  return children.reduce<number>((sum, bytes) => sum + (bytes ?? 0), own);
}

/** Pids of the processes that `pid` started and that still run. */
export async function childrenOf(pid: number): Promise<readonly number[]> {
  const text =
    process.platform === 'linux'
      ? await readFile(`/proc/${pid}/task/${pid}/children`, 'latin1').catch(() => '')
      : await promisify(execFile)('pgrep', ['-P', String(pid)]).then(
          ({ stdout }) => stdout,
          // pgrep answers with an error when there are none.
          () => '',
        );
  return text
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(Number);
}

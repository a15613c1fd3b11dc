import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Seconds of processor time that the processes and all their children have used so far (Linux; empty elsewhere). */
export function cpuSeconds(pids: Readonly<Record<string, number>>): Map<string, number> {
  const stats = readStats();
  const ticksPerS = ticks();
  return new Map(Object.entries(pids).map(([name, pid]) => [name, ticksOf(pid, stats) / ticksPerS]));
}

/** The process and all that it started, and they (Linux; only itself elsewhere). */
export function processTree(pid: number): number[] {
  const stats = readStats();
  const childrenOf = (parent: number): number[] =>
    [...stats].filter(([, stat]) => stat.parent === parent).flatMap(([child]) => [child, ...childrenOf(child)]);
  return [pid, ...childrenOf(pid)];
}

interface Stat {
  readonly parent: number;
  readonly ticks: number;
}

function ticksOf(pid: number, stats: ReadonlyMap<number, Stat>): number {
  let sum = stats.get(pid)?.ticks ?? 0;
  for (const [child, stat] of stats) if (stat.parent === pid) sum += ticksOf(child, stats);
  return sum;
}

function readStats(): Map<number, Stat> {
  const stats = new Map<number, Stat>();
  for (const entry of process.platform === 'linux' ? readdirSync('/proc') : []) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      // proc(5): after the name in brackets, field 4 is the parent, 14 to 17 are ticks, waited-for children included.
      const fields = readFileSync(`/proc/${entry}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
      const used = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
      stats.set(Number(entry), { parent: Number(fields[1]), ticks: used });
    } catch {
      continue; // ended while we were reading
    }
  }
  return stats;
}

function ticks(): number {
  return process.platform === 'linux' ? Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })) : 100;
}

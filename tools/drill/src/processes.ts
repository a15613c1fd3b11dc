import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { sendSignal } from '@hub/local-servers';

/** Sends a signal to a process and everything it started: a gateway's workers must not outlive their primary. */
export function signalTree(pid: number, signal: NodeJS.Signals): void {
  for (const member of treeOf(pid)) sendSignal(member, signal);
}

/** The process and all its descendants, itself first. */
export function treeOf(pid: number): readonly number[] {
  const parents = process.platform === 'linux' ? linuxParents() : psParents();
  const tree = [pid];
  // Grows while it is walked.
  for (const member of tree) for (const [child, parent] of parents) if (parent === member) tree.push(child);
  return tree;
}

/** Every process and its parent. */
function linuxParents(): (readonly [number, number])[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      // proc(5): after the name, which may hold spaces, come the state and the parent.
      const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
      return [[Number(pid), Number(fields[1])] as const];
    } catch {
      return []; // ended while we were reading
    }
  });
}

function psParents(): (readonly [number, number])[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => {
    const [pid = Number.NaN, parent = Number.NaN] = line.trim().split(/\s+/).map(Number);
    return [pid, parent] as const;
  });
}

/** The process that traces another one (Linux); null when there is none. */
export function tracerOf(pid: number): number | null {
  try {
    const tracer = /^TracerPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return tracer === undefined || tracer === '0' ? null : Number(tracer);
  } catch {
    return null; // gone, or a system without /proc
  }
}

/** Whether something listens on a port of this machine. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const end = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', end(true)).once('error', end(false));
  });
}

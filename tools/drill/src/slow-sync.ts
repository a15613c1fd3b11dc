import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { sendSignal } from '@hub/local-servers';
import { tracerOf } from './processes.ts';
import { waitFor } from './wait-for.ts';

/** A process whose disk is slow until `end`. */
export interface Slowness {
  /**
   * `fsync`: the kernel holds each sync back (strace), nothing else waits. `stalls`: where that is not allowed, the whole
   * process is stopped for as long, again and again: harsher than a slow disk.
   */
  readonly kind: 'fsync' | 'stalls';
  end(): Promise<void>;
}

const ATTACH_MS = 5_000;

export async function slowDown(pid: number, syncMs: number): Promise<Slowness> {
  return (await slowSyncs(pid, syncMs)) ?? stalls(pid, syncMs);
}

/** @returns null where strace is missing, or may not attach. */
async function slowSyncs(pid: number, syncMs: number): Promise<Slowness | null> {
  const calls = 'fsync,fdatasync';
  const inject = `inject=${calls}:delay_enter=${syncMs * 1_000}`;
  const args = ['-f', '-qq', '-o', '/dev/null', '-e', `trace=${calls}`, '-e', inject, '-p', String(pid)];
  const tracer = spawn('strace', args, { stdio: 'ignore' });
  tracer.on('error', () => undefined); // not installed: it has not attached, below
  const attached = () => hasEnded(tracer) || tracerOf(pid) === tracer.pid;
  const signal = AbortSignal.timeout(ATTACH_MS);
  await waitFor(attached, { what: 'strace to attach', timeoutMs: ATTACH_MS, signal }).catch(() =>
    tracer.kill('SIGKILL'),
  );
  if (hasEnded(tracer) || tracerOf(pid) !== tracer.pid) return null;
  const killAtExit = (): void => void tracer.kill('SIGKILL');
  process.once('exit', killAtExit);
  return {
    kind: 'fsync',
    end: async () => {
      process.removeListener('exit', killAtExit);
      const ended = once(tracer, 'exit');
      if (hasEnded(tracer)) return;
      tracer.kill('SIGTERM'); // it detaches
      await ended;
    },
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/** Stopped and running in turn, each for `stallMs`. */
function stalls(pid: number, stallMs: number): Slowness {
  let stopped = false;
  const beat = setInterval(() => {
    stopped = !stopped;
    sendSignal(pid, stopped ? 'SIGSTOP' : 'SIGCONT');
  }, stallMs);
  const goOn = (): void => sendSignal(pid, 'SIGCONT');
  process.once('exit', goOn);
  return {
    kind: 'stalls',
    end: async () => {
      clearInterval(beat);
      process.removeListener('exit', goOn);
      goOn();
    },
  };
}

import type { ChildProcess } from 'node:child_process';

const running = new Set<ChildProcess>();

/** Last resort: kills `child` when this process ends without having stopped it. @returns how to forget it. */
export function killAtExit(child: ChildProcess): () => void {
  if (running.size === 0) process.on('exit', killAll);
  running.add(child);
  return () => {
    running.delete(child);
    if (running.size === 0) process.removeListener('exit', killAll);
  };
}

function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** Why a command ends before its time. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
  readonly exitCode: number;

  constructor(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') {
    super(`stopped by ${signal}`);
    this.exitCode = 128 + { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }[signal];
  }
}

/** Aborts once a signal says that the command should end, or when the process that started it is gone. */
export function cancelOnSignals(): AbortSignal {
  const controller = new AbortController();
  const cancel = (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => {
    controller.abort(new Cancelled(signal));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      cancel(signal);
    });
  }
  process.once('disconnect', () => {
    cancel('SIGHUP');
  });
  process.channel?.unref();
  // A terminal that was closed no longer takes what we print: stopping matters more.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  return controller.signal;
}

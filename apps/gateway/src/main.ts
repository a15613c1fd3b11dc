import cluster from 'node:cluster';

const DEFAULT_WORKERS = 1;

/**
 * `GATEWAY_WORKERS`: how many processes serve. 0: this one, without a primary, for where something else replaces it
 * without an interruption, such as Kubernetes.
 */
function workersOf(text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_WORKERS;
  if (/^\d{1,2}$/.test(text)) return Number(text);
  process.stderr.write(
    'gateway cannot start, these settings are wrong:\n  GATEWAY_WORKERS: must be a number from 0 to 99\n',
  );
  return process.exit(78);
}

const workers = workersOf(process.env['GATEWAY_WORKERS']);
// Each is loaded only where it is needed: the primary stays small without the service in it.
if (cluster.isWorker || workers === 0) {
  const { runWorker } = await import('./worker.ts');
  await runWorker();
} else {
  const { runPrimary } = await import('./primary/primary.ts');
  await runPrimary(workers);
}

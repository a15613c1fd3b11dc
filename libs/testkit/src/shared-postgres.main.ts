import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { inTestFolder, type TestServer } from './servers.ts';
import { startPostgres } from '@hub/local-servers';
import { sweepTestFolders } from './test-folder.ts';

let postgres: Promise<TestServer> | undefined;

const server = createServer((_, response) => {
  postgres ??= sweepTestFolders().then(() => inTestFolder((options) => startPostgres({ ...options, durable: false })));
  postgres.then(
    ({ url }) => response.end(url),
    (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.message : String(error)),
  );
});

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});

async function end(): Promise<void> {
  server.close();
  // One that never started has told the spec why.
  const running = await postgres?.catch(() => undefined);
  await running?.stop();
  process.exit();
}

process.stdin.resume();
process.stdin.once('end', () => void end());
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => void end());

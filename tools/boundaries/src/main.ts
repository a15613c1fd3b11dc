import { fileURLToPath } from 'node:url';
import { violations } from './check.ts';
import { readSources } from './read-sources.ts';

const sources = await readSources(fileURLToPath(new URL('../../..', import.meta.url)));
const found = violations(sources);
for (const line of found) process.stderr.write(`${line}\n`);
process.stdout.write(
  `${sources.workspaces.length} workspaces, ${sources.imports.length} imports, ${found.length} against the rules\n`,
);
process.exitCode = found.length === 0 ? 0 : 1;

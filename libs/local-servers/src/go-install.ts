import { fetched } from './fetched.ts';
import type { Host } from './host.ts';
import type { Source } from './resolve.ts';
import { lastLine, type ProgramCheck } from './sources.ts';

const BUILD_TIMEOUT_MS = 300_000;

/** Builds the program from its Go module into the project's folder. */
export function fromGo(module: string, version: string, program: string, check: ProgramCheck): Source {
  const install = async (host: Host, go: string, dir: string): Promise<string | null> => {
    host.progress(`building ${program} ${version} with go install`);
    const options = { timeoutMs: BUILD_TIMEOUT_MS, env: { GOBIN: dir } };
    const { code, output } = await host.run(go, ['install', `${module}@${version}`], options);
    return code === 0 ? null : `go failed: ${lastLine(output)}`;
  };
  return {
    where: `go install ${module}@${version}`,
    find: (host) =>
      fetched(host, {
        folder: `${program}-go-${version}`,
        program,
        check,
        from: `go install ${version}`,
        means: async () => {
          const [go] = host.which('go');
          return go === undefined ? 'no go on PATH' : (dir) => install(host, go, dir);
        },
      }),
  };
}

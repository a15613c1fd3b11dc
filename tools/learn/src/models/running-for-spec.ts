import { jest } from '@jest/globals';
import { runModels } from './run-models.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command line, in this process: starting one takes longer than most of them. */
export async function runForSpec(line: readonly string[], env: NodeJS.ProcessEnv): Promise<Ran> {
  const said = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    jest.spyOn(process[name], 'write').mockImplementation((text) => {
      said[name] += String(text);
      return true;
    }),
  );
  try {
    return { code: await runModels(line, env, new AbortController().signal), ...said };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

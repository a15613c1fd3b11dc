import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The commit that is checked out, with `+` where files differ from it; `unknown` outside of a checkout. */
export async function codeVersion(): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('git', ['describe', '--always', '--dirty=+', '--abbrev=12'], {
      cwd: import.meta.dirname,
    });
    return stdout.trim();
  } catch {
    return 'unknown'; // No git, or no history: sources may be installed without.
  }
}

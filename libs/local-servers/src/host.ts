import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface CommandOptions {
  timeoutMs: number;
  cwd?: string;
  /** Added to the host's environment. */
  env?: NodeJS.ProcessEnv;
  stdin?: string;
  uid?: number;
  gid?: number;
  /** Ends the command. */
  signal?: AbortSignal;
}

/** `code` is null when the program is missing, was killed or took longer than `timeoutMs`. */
export interface CommandResult {
  code: number | null;
  /** stdout and stderr as they came. */
  output: string;
}

/** What a resolver may ask of the machine; specs bring their own. */
export interface Host {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly isRoot: boolean;
  /** Folder of the project that programs are fetched into. */
  readonly cacheDir: string;
  /** Every program of that name on PATH, first found first. */
  which(name: string): readonly string[];
  run(command: string, args: readonly string[], options: CommandOptions): Promise<CommandResult>;
  progress(line: string): void;
}

const PROJECT_DIR = fileURLToPath(new URL('../../..', import.meta.url));

/** The machine this process runs on. */
export function thisHost(
  options: {
    env?: NodeJS.ProcessEnv;
    cacheDir?: string;
    onProgress?: (line: string) => void;
    /** Ends the commands that run. */
    signal?: AbortSignal;
  } = {},
): Host {
  const { env = process.env, signal } = options;
  return {
    env,
    platform: process.platform,
    arch: process.arch,
    isRoot: process.getuid?.() === 0,
    cacheDir: options.cacheDir ?? join(PROJECT_DIR, '.hub', 'cache'),
    which: (name) =>
      (env['PATH'] ?? '')
        .split(delimiter)
        .filter(Boolean)
        .map((dir) => join(dir, name))
        .filter(isProgram),
    run: (command, args, how) =>
      runCommand(command, args, { ...(signal && { signal }), ...how, env: { ...env, ...how.env } }),
    progress: options.onProgress ?? (() => undefined),
  };
}

export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Missing or not ours to run: either way it is no candidate.
    return false;
  }
}

/** Runs a program to its end; a failure is a value, with the reason in `output`. */
export function runCommand(command: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  return new Promise((resolve) => {
    const { timeoutMs, stdin, ...spawnOptions } = options;
    const child = spawn(command, args, { ...spawnOptions, stdio: ['pipe', 'pipe', 'pipe'], timeout: timeoutMs });
    let output = '';
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-20_000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => {
      resolve({ code: null, output: error.message });
    });
    child.once('close', (code, signal) => {
      resolve({ code, output: signal === null ? output : `${output}\nstopped by ${signal}`.trim() });
    });
    // A program that ends without reading its input closes the pipe: its exit code says what happened.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin ?? '');
  });
}

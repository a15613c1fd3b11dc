import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const TRIES = 100;

interface Step {
  /** Line of the page that it begins in. */
  readonly line: number;
  readonly shell: string;
  /** What it prints; `…` stands for anything. Null where the page does not say. */
  readonly prints: string | null;
}

const FENCE = /^```(?<language>\w*)\n(?<text>[\s\S]*?)^```$/gm;

/** The shell blocks of a page, each with the block of output that follows it. */
export function stepsOf(page: string): readonly Step[] {
  const blocks = [...page.matchAll(FENCE)].map(({ groups, index }) => ({
    language: groups?.['language'],
    text: groups?.['text'] ?? '',
    line: page.slice(0, index).split('\n').length,
  }));
  return blocks.flatMap(({ language, text, line }, i) => {
    const next = blocks[i + 1];
    const prints = next !== undefined && next.language !== 'sh' ? next.text.trim() : null;
    return language === 'sh' ? [{ line, shell: text, prints }] : [];
  });
}

/** A pattern of bash for a text in which `…` stands for anything. */
function patternOf(prints: string): string {
  const literal = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
  return prints.split('…').map(literal).join('*');
}

/** What is to be printed is waited for: gateways hear of a change a moment after whoever made it. */
function scriptOf(steps: readonly Step[]): string {
  const runs = steps.map(({ line, shell, prints }) => {
    const run = `step_${line}() {\n${shell}}\necho ${line} > "$OUT/step"\n`;
    if (prints === null) return `${run}step_${line} > "$OUT/output" 2>&1\n`;
    return `${run}for try in {1..${TRIES}}; do
  step_${line} > "$OUT/output" 2>&1
  [[ "$(cat "$OUT/output")" == ${patternOf(prints)} ]] && break
  (( try < ${TRIES} )) || exit 3
  sleep 0.1
done\n`;
  });
  return `set -euo pipefail\n${runs.join('')}`;
}

/**
 * Runs the shell blocks of a page in one shell, one after the other.
 * @throws Error naming the line of the block that failed or printed something else, with what it printed.
 */
export async function runPage(page: string, cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  const OUT = mkdtempSync(join(tmpdir(), 'hub-page-'));
  try {
    await new Promise<void>((resolve, reject) => {
      execFile('bash', ['-c', scriptOf(stepsOf(page))], { cwd, env: { ...env, OUT } }, (error) => {
        if (error === null) return resolve();
        const said = Object.fromEntries(readdirSync(OUT).map((name) => [name, readFileSync(join(OUT, name), 'utf8')]));
        return reject(new Error(`the block of line ${said['step']} printed:\n${said['output']}`));
      });
    });
  } finally {
    rmSync(OUT, { recursive: true });
  }
}

/** `import … from 'x'`, `export … from 'x'`, `import 'x'`; a clause holds no quotes. */
const STATIC = /^\s*(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*['"]([^'"]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]/g;

/** Modules that a source text imports. */
export function importsOf(source: string): string[] {
  return [STATIC, DYNAMIC].flatMap((pattern) => [...source.matchAll(pattern)].map((match) => match[1] ?? ''));
}

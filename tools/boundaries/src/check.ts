import { posix } from 'node:path';
import { APP_USES, LIBRARY_USES, NEVER_SHIPPED, WRAPPED_CLIENTS } from './rules.ts';

export type Kind = 'lib' | 'app' | 'tool';

export interface Workspace {
  /** Package name, `@hub/<scope>`. */
  readonly name: string;
  readonly scope: string;
  readonly kind: Kind;
  /** Folder, relative to the repository, with `/`. */
  readonly root: string;
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
}

/** A use of one workspace by another, as Nx sees it. */
export interface Edge {
  readonly from: string;
  readonly to: string;
}

export interface Import {
  readonly workspace: string;
  /** Relative to the repository, with `/`. */
  readonly file: string;
  readonly specifier: string;
}

export interface Sources {
  readonly workspaces: readonly Workspace[];
  readonly edges: readonly Edge[];
  readonly imports: readonly Import[];
}

/** Every use that the rules do not allow, as a line naming who, whom and the rule. Empty when all is well. */
export function violations({ workspaces, edges, imports }: Sources): string[] {
  const byName = new Map(workspaces.map((workspace) => [workspace.name, workspace]));
  return [
    ...workspaces.filter((workspace) => !isTagged(workspace)).map(({ root }) => `${root}: tags do not fit its folder`),
    ...edges.flatMap(({ from, to }) => edgeViolation(byName.get(from), byName.get(to))),
    ...imports.flatMap((one) => importViolation(byName.get(one.workspace), one)),
  ];
}

/** A wrong tag would switch the rules off for its workspace. */
function isTagged({ scope, kind, root, name }: Workspace): boolean {
  return root === `${kind}s/${scope}` && name === `@hub/${scope}`;
}

function edgeViolation(from: Workspace | undefined, to: Workspace | undefined): string[] {
  if (from === undefined || to === undefined) return [];
  const rule = brokenRule(from, to);
  return rule === null ? [] : [`${from.root}/package.json uses ${to.name}: ${rule}`];
}

function brokenRule(from: Workspace, to: Workspace): string | null {
  if (from.kind === 'tool') return to.kind === 'app' ? 'tools use libraries and tools, never apps' : null;
  if (to.kind === 'app') return 'nobody uses an app';
  if (to.kind === 'tool') return 'tools are not shipped';
  // What only specs use does not ship: there, any library may stand in.
  if (!from.dependencies.includes(to.name) && from.devDependencies.includes(to.name)) return null;
  if (from.kind === 'lib') {
    const allowed = LIBRARY_USES[from.scope] ?? [];
    return allowed.includes(to.scope) ? null : `${from.scope} may use ${list(allowed)}`;
  }
  if (NEVER_SHIPPED.includes(to.scope)) return `${to.scope} is for specs (devDependencies) and tools`;
  const allowed = APP_USES[from.scope];
  return allowed === undefined || allowed.includes(to.scope) ? null : `${from.scope} may use ${list(allowed)}`;
}

function importViolation(workspace: Workspace | undefined, { file, specifier }: Import): string[] {
  if (workspace === undefined) return [];
  const rule = specifier.startsWith('.')
    ? strayRule(workspace, file, specifier)
    : packageRule(workspace, file, packageOf(specifier));
  return rule === null ? [] : [`${file} imports ${specifier}: ${rule}`];
}

function strayRule({ root }: Workspace, file: string, specifier: string): string | null {
  const target = posix.join(posix.dirname(file), specifier);
  return target.startsWith(`${root}/`) ? null : 'a relative import stays in its workspace; use the package name';
}

function packageRule(workspace: Workspace, file: string, packageName: string): string | null {
  const { name, kind, scope, dependencies, devDependencies } = workspace;
  if (isForSpecs(file)) {
    const declared = [name, ...dependencies, ...devDependencies];
    return packageName.startsWith('@hub/') && !declared.includes(packageName)
      ? 'not among the dependencies or devDependencies of its package.json'
      : null;
  }
  const wrapped = WRAPPED_CLIENTS.find((client) => client.package.test(packageName));
  if (wrapped !== undefined && kind !== 'tool' && scope !== wrapped.by) return `only @hub/${wrapped.by} may`;
  if (!packageName.startsWith('@hub/') || packageName === name) return null;
  return dependencies.includes(packageName) ? null : 'not among the dependencies of its package.json';
}

/** Specs, and helpers that say in their name that they are for them. */
export function isForSpecs(file: string): boolean {
  return /[.-](spec|integration-spec|e2e-spec|for-spec)\.tsx?$/.test(file) || file.includes('/e2e/');
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

function list(allowed: readonly string[]): string {
  return allowed.length === 0 ? 'no other library' : `only ${allowed.join(', ')}`;
}

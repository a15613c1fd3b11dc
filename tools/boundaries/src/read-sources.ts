import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Edge, Import, Kind, Sources, Workspace } from './check.ts';
import { importsOf } from './imports.ts';

interface NxGraph {
  graph: {
    nodes: Record<string, { data: { root: string; tags?: string[] } }>;
    dependencies: Record<string, { target: string }[]>;
  };
}

interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

const NOT_SOURCE = new Set(['node_modules', 'dist']);

/** Reads what the check needs: Nx's graph, each package.json, and every import. */
export async function readSources(root: string): Promise<Sources> {
  const { nodes, dependencies } = await nxGraph(root);
  const workspaces = await Promise.all(
    Object.entries(nodes).map(([name, { data }]) => readWorkspace(root, name, data.root, data.tags ?? [])),
  );
  const edges: Edge[] = Object.entries(dependencies).flatMap(([from, uses]) =>
    uses.map(({ target }) => ({ from, to: target })),
  );
  const imports = await Promise.all(workspaces.map((workspace) => readImports(root, workspace)));
  return { workspaces, edges, imports: imports.flat() };
}

async function nxGraph(root: string): Promise<NxGraph['graph']> {
  const dir = await mkdtemp(join(tmpdir(), 'enterprisehub-graph-'));
  try {
    const file = join(dir, 'graph.json');
    const nx = join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');
    const env = { ...process.env, NX_DAEMON: 'false' };
    await promisify(execFile)(process.execPath, [nx, 'graph', `--file=${file}`], { cwd: root, env });
    return (JSON.parse(await readFile(file, 'utf8')) as NxGraph).graph;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function readWorkspace(root: string, name: string, folder: string, tags: readonly string[]): Promise<Workspace> {
  const manifest = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')) as Manifest;
  const tag = (prefix: string) => tags.find((each) => each.startsWith(prefix))?.slice(prefix.length) ?? '';
  return {
    name,
    root: folder,
    scope: tag('scope:'),
    kind: tag('kind:') as Kind,
    dependencies: Object.keys(manifest.dependencies ?? {}),
    devDependencies: Object.keys(manifest.devDependencies ?? {}),
  };
}

async function readImports(root: string, { name, root: folder }: Workspace): Promise<Import[]> {
  const files = await sourceFiles(root, folder);
  const found = await Promise.all(
    files.map(async (file) => {
      const specifiers = importsOf(await readFile(join(root, file), 'utf8'));
      return specifiers.map((specifier) => ({ workspace: name, file, specifier }));
    }),
  );
  return found.flat();
}

async function sourceFiles(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return NOT_SOURCE.has(entry.name) ? [] : sourceFiles(root, path);
      return /\.(ts|tsx|mjs)$/.test(entry.name) ? [path] : [];
    }),
  );
  return found.flat();
}

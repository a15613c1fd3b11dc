import { describe, expect, it } from '@jest/globals';
import { type Import, type Kind, violations, type Workspace } from './check.ts';

function workspace(kind: Kind, scope: string, dependencies: string[] = [], devDependencies: string[] = []): Workspace {
  return { name: `@hub/${scope}`, kind, scope, root: `${kind}s/${scope}`, dependencies, devDependencies };
}

const ALL: readonly Workspace[] = [
  workspace('lib', 'contracts'),
  workspace('lib', 'telemetry'),
  workspace('lib', 'database'),
  workspace('lib', 'testkit'),
  workspace('app', 'gateway'),
  workspace('app', 'cache'),
  workspace('tool', 'bench'),
];

function edge(from: Workspace, to: string): string[] {
  const workspaces = [...ALL.filter(({ name }) => name !== from.name), from];
  return violations({ workspaces, edges: [{ from: from.name, to: `@hub/${to}` }], imports: [] });
}

describe('uses between workspaces', () => {
  it.each([
    [workspace('lib', 'messaging', ['@hub/contracts']), 'contracts'],
    [workspace('app', 'gateway', ['@hub/telemetry']), 'telemetry'],
    [workspace('app', 'gateway', [], ['@hub/testkit']), 'testkit'],
    [workspace('lib', 'telemetry', [], ['@hub/database']), 'database'],
    [workspace('tool', 'launcher', ['@hub/bench']), 'bench'],
  ])('allows $name to use %s', (from, to) => {
    expect(edge(from, to)).toEqual([]);
  });

  it.each([
    [workspace('lib', 'contracts', ['@hub/telemetry']), 'telemetry', 'contracts may use no other library'],
    [workspace('lib', 'messaging', ['@hub/database']), 'database', 'messaging may use only contracts'],
    [workspace('lib', 'new-one', ['@hub/contracts']), 'contracts', 'new-one may use no other library'],
    [workspace('app', 'gateway', ['@hub/cache']), 'cache', 'nobody uses an app'],
    [workspace('app', 'gateway', ['@hub/testkit']), 'testkit', 'testkit is for specs'],
    [workspace('app', 'web', ['@hub/database']), 'database', 'web may use only contracts, intelligence'],
    [workspace('lib', 'messaging', ['@hub/bench']), 'bench', 'tools are not shipped'],
    [workspace('tool', 'launcher', ['@hub/cache']), 'cache', 'tools use libraries and tools, never apps'],
  ])('refuses $name to use %s', (from, to, rule) => {
    expect(edge(from, to)).toEqual([expect.stringContaining(`${from.root}/package.json uses @hub/${to}: ${rule}`)]);
  });

  it('refuses tags that do not fit the folder, which would switch the rules off', () => {
    const stray = { ...workspace('lib', 'contracts'), kind: 'tool' as const };
    expect(violations({ workspaces: [stray], edges: [], imports: [] })).toEqual([
      'libs/contracts: tags do not fit its folder',
    ]);
  });
});

describe('imports', () => {
  const from = workspace('app', 'gateway', ['@hub/contracts'], ['@hub/testkit']);
  const check = (file: string, specifier: string): string[] => {
    const one: Import = { workspace: from.name, file: `apps/gateway/src/${file}`, specifier };
    return violations({ workspaces: [from], edges: [], imports: [one] });
  };

  it.each([
    ['main.ts', '@hub/contracts'],
    ['main.ts', '@hub/contracts/words'],
    ['main.ts', 'node:fs'],
    ['main.ts', 'zod'],
    ['steps/admit.ts', '../config.ts'],
    ['admit.spec.ts', '@hub/testkit'],
    ['gateway.integration-spec.ts', '@nats-io/jetstream'],
  ])('allows %s to import %s', (file, specifier) => {
    expect(check(file, specifier)).toEqual([]);
  });

  it.each([
    ['main.ts', '@hub/session', 'not among the dependencies'],
    ['main.ts', '@hub/testkit', 'not among the dependencies'],
    ['admit.spec.ts', '@hub/session', 'not among the dependencies or devDependencies'],
    ['main.ts', '../../cache/src/main.ts', 'stays in its workspace'],
    ['admit.spec.ts', '../../../libs/testkit/src/index.ts', 'stays in its workspace'],
    ['main.ts', '@nats-io/transport-node', 'only @hub/messaging may'],
  ])('refuses %s to import %s', (file, specifier, rule) => {
    expect(check(file, specifier)).toEqual([
      expect.stringMatching(new RegExp(`^apps/gateway/src/${file} imports .*: .*${rule}`)),
    ]);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rounded } from './percentile.ts';

interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string } }[];
  samples: number[];
  timeDeltas: number[];
}

/** One line of a profile: where, and its share of the time the process was not idle. */
export interface Share {
  readonly where: string;
  readonly share: number;
}

/** Where one thread spent its time. */
export interface ThreadProfile {
  readonly pid: number;
  /** 0: the main one. */
  readonly threadId: number;
  readonly shares: readonly Share[];
}

/**
 * Self time in every `.cpuprofile` of a folder, summed by package, largest first.
 * @param keep How many lines to give back for each.
 */
export function readProfiles(folder: string, keep: number): ThreadProfile[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
  return files.toSorted().map((file) => {
    // Node names them CPU.<day>.<time>.<pid>.<thread>.<number>.cpuprofile.
    const [, , , pid, threadId] = file.split('.');
    const shares = sharesOf(JSON.parse(readFileSync(join(folder, file), 'utf8')), keep);
    return { pid: Number(pid), threadId: Number(threadId), shares };
  });
}

function sharesOf(profile: CpuProfile, keep: number): Share[] {
  const byPlace = new Map<string, number>();
  const places = new Map(profile.nodes.map((node) => [node.id, placeOf(node.callFrame)]));
  profile.samples.forEach((id, at) => {
    const place = places.get(id) ?? '(unknown)';
    byPlace.set(place, (byPlace.get(place) ?? 0) + (profile.timeDeltas[at] ?? 0));
  });
  byPlace.delete('(idle)');
  const busy = [...byPlace.values()].reduce((sum, micros) => sum + micros, 0);
  return [...byPlace]
    .map(([where, micros]) => ({ where, share: micros / busy }))
    .toSorted((a, b) => b.share - a.share)
    .slice(0, keep);
}

/** The package or workspace a frame belongs to; V8's own work by its name, such as `(garbage collector)`. */
export function placeOf(frame: { functionName: string; url: string }): string {
  if (frame.url === '') return frame.functionName.startsWith('(') ? frame.functionName : `native ${frame.functionName}`;
  if (frame.url.startsWith('node:')) return frame.url.split('/').slice(0, 2).join('/');
  const inPackage = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(frame.url)?.[1];
  if (inPackage !== undefined) return inPackage;
  return /\/((?:apps|libs)\/[^/]+\/dist\/[^?]+)$/.exec(frame.url)?.[1] ?? frame.url;
}

/** Tells people where processes spent their time, by their names. */
export function printProfiles(folder: string, pids: Readonly<Record<string, readonly number[]>>): void {
  process.stdout.write('where each service spends its time (self time, idle left out):\n');
  const profiles = readProfiles(folder, 10);
  for (const [name, tree] of Object.entries(pids)) {
    for (const { pid, threadId, shares } of profiles.filter((profile) => tree.includes(profile.pid))) {
      const places = shares.map(({ where, share }) => `${where} ${rounded(share * 100, 0)} %`);
      process.stdout.write(`  ${name} (${pid}, thread ${threadId}): ${places.join(', ')}\n`);
    }
  }
}

/** Numbers of a version, most significant first. */
export type Version = readonly number[];

/** The first dotted number in `text`, such as what `--version` prints; null when there is none. */
export function parseVersion(text: string): Version | null {
  const match = /\d+(?:\.\d+)*/.exec(text);
  return match === null ? null : match[0].split('.').map(Number);
}

/** Whether `version` is `minimum` or later; numbers that are not given count as 0. */
export function isAtLeast(version: Version, minimum: Version): boolean {
  for (let at = 0; at < Math.max(version.length, minimum.length); at += 1) {
    const difference = (version[at] ?? 0) - (minimum[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

export function formatVersion(version: Version): string {
  return version.join('.');
}

import type { MigrationFile } from './migration-file';

const NAMED = /^([VURB])([\d._]*)__(.*)\.sql$/i;

interface Versioned {
  readonly path: string;
  readonly sort: string;
  readonly version: readonly number[];
  readonly name: string;
}

const versioned = (path: string): Versioned | null => {
  const [, sort = '', version = '', name = ''] = NAMED.exec(path) ?? [];
  if (sort === '' || (version === '') !== (sort.toUpperCase() === 'R')) return null;
  return { path, sort: sort.toUpperCase(), version: version.split(/[._]/).map(Number), name };
};

const byVersion = (a: Versioned, b: Versioned): number => {
  for (let at = 0; at < Math.max(a.version.length, b.version.length); at += 1) {
    const difference = (a.version[at] ?? 0) - (b.version[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

/**
 * Flyway's files: V by version, then R by description; U takes its version back. A baseline (B) says the same as the versions up to its
 * own, and is used where none of them is there. Null: these are not Flyway's names.
 */
export function flywayOrder(paths: readonly string[]): MigrationFile[] | null {
  const all = paths.flatMap((path) => versioned(path) ?? []);
  const of = (sort: string) => all.filter((each) => each.sort === sort);
  if (of('V').length + of('B').length === 0) return null;
  const [baseline] = of('B').sort((a, b) => byVersion(b, a));
  const versions = of('V').sort(byVersion);
  const first = versions[0];
  const based =
    baseline !== undefined && (first === undefined || byVersion(first, baseline) > 0) ? [baseline] : [];
  const downOf = (up: Versioned) => of('U').find((each) => byVersion(each, up) === 0)?.path ?? null;
  return [...based, ...versions, ...of('R').sort((a, b) => (a.name < b.name ? -1 : 1))].map((each) => ({
    path: each.path,
    tag: each.path.replace(/\.sql$/i, ''),
    down: downOf(each),
  }));
}

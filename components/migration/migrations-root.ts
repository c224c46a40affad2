/** The folder that a path marks as one of migrations; null: it marks none. */
function rootOf(path: string): { readonly folder: string; readonly sure: boolean } | null {
  const parts = path.split('/');
  const above = (levels: number) => parts.slice(0, -levels).join('/');
  if (path.endsWith('meta/_journal.json') && parts.length >= 2) return { folder: above(2), sure: true };
  const name = parts.at(-1) ?? '';
  if (name === 'migration_lock.toml' || name === 'sqitch.plan') return { folder: above(1), sure: true };
  if ((name === 'migration.sql' || name === 'up.sql') && parts.length >= 2)
    return { folder: above(2), sure: false };
  return /\.sql$/i.test(name) ? { folder: above(1), sure: false } : null;
}

const depth = (folder: string): number => (folder === '' ? 0 : folder.split('/').length);

type Root =
  | { readonly ok: true; readonly folder: string }
  | { readonly ok: false; readonly message: string; readonly next: string };

/**
 * Where the migrations lie in a folder that a person gave, which may be the one above ("prisma" of "prisma/migrations"): where a tool has
 * left its mark, else the uppermost with SQL. Pure.
 */
export function migrationsRoot(name: string, paths: readonly string[]): Root {
  const found = paths.flatMap((path) => rootOf(path) ?? []);
  const sure = found.filter((root) => root.sure);
  const folders = [...new Set((sure.length > 0 ? sure : found).map(({ folder }) => folder))];
  const uppermost = Math.min(...folders.map(depth));
  const roots = folders.filter((folder) => depth(folder) === uppermost);
  const [root] = roots;
  if (root === undefined)
    return {
      ok: false,
      message: `${name}: no migrations in SQL are in it.`,
      next: 'Give the folder that holds meta/_journal.json, migration_lock.toml or the .sql files, or one file.',
    };
  if (roots.length > 1)
    return {
      ok: false,
      message: `${name}: it holds several folders of migrations (${roots.slice(0, 3).join(', ')}${roots.length > 3 ? ' …' : ''}).`,
      next: 'Give one of them.',
    };
  return { ok: true, folder: root };
}

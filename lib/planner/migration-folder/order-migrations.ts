import { SegueError } from '@/lib/core/errors';
import { drizzleJournal } from './drizzle-journal';
import { flywayOrder } from './flyway';
import type { FolderListing, MigrationFile, MigrationFolder } from './migration-file';
import { sqitchPlan } from './sqitch-plan';

const SQL = /\.sql$/i;
const DOWN = /(^|[._-])(down|undo|rollback|revert)\.sql$/i;
const UP = /[._-]up\.sql$/i;

/** Numbers at the front count as numbers, as golang-migrate and goose count them: 10 comes after 9. Then by name. */
function byNumber(a: string, b: string): number {
  const [one, two] = [a, b].map((name) => BigInt(/^\d+/.exec(name)?.[0] ?? -1));
  if (one !== undefined && two !== undefined && one !== two) return one < two ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Migrations in folders of their own, each with one file of that name. */
function inFolders(listing: FolderListing, file: 'migration.sql' | 'up.sql'): MigrationFile[] {
  const there = new Set(listing.paths);
  return listing.paths
    .filter((path) => path.split('/').length === 2 && path.endsWith(`/${file}`))
    .map((path) => {
      const tag = path.slice(0, -file.length - 1);
      return { path, tag, down: there.has(`${tag}/down.sql`) ? `${tag}/down.sql` : null };
    });
}

function plainFiles({ paths }: FolderListing): MigrationFile[] {
  const top = paths.filter((path) => SQL.test(path) && !path.includes('/'));
  return top
    .filter((path) => !DOWN.test(path))
    .map((path) => {
      const tag = path.replace(UP, '').replace(SQL, '');
      const down = top.find((each) => DOWN.test(each) && each.replace(DOWN, '') === tag);
      return { path, tag, down: down ?? null };
    });
}

function refuseOtherDatabase(lock: string, shown: string): void {
  const provider = /^\s*provider\s*=\s*"([^"]*)"/m.exec(lock)?.[1];
  if (provider === undefined || /^(postgresql|postgres|cockroachdb)$/.test(provider)) return;
  throw new SegueError(
    'invalid_input',
    `${shown} holds migrations for ${provider}, as migration_lock.toml says.`,
    {
      object: `${shown}/migration_lock.toml`,
      next: 'Give a folder of migrations for PostgreSQL.',
    },
  );
}

/**
 * The migrations of a folder in the order in which their tool runs them, way back left out: drizzle-kit's by its journal, sqitch's by
 * its plan, Flyway's by version, folders (Prisma, drizzle-kit 1.0, diesel) and plain files by name. Pure. Throws `invalid_input` where
 * what says the order is not true, or where the folder holds migrations in another language.
 */
export function orderMigrations(listing: FolderListing): MigrationFolder {
  const { control, paths, shown } = listing;
  const journal = control['meta/_journal.json'];
  if (journal !== undefined) return { tool: 'drizzle', files: drizzleJournal(journal, listing) };
  const plan = control['sqitch.plan'] ?? control['../sqitch.plan'];
  if (plan !== undefined) return { tool: 'sqitch', files: sqitchPlan(plan, listing) };
  const lock = control['migration_lock.toml'];
  if (lock !== undefined) refuseOtherDatabase(lock, shown);
  const flyway = flywayOrder(paths);
  if (flyway !== null) return { tool: 'flyway', files: flyway };
  const folders = inFolders(listing, 'migration.sql');
  const diesel = inFolders(listing, 'up.sql');
  const plain = plainFiles(listing);
  const files = [...folders, ...diesel, ...plain].sort((a, b) => byNumber(a.path, b.path));
  const inCode = paths.find((path) => /^[^/]+\.(m|c)?[jt]s$/.test(path) && /^\d/.test(path));
  if (files.length === 0 && inCode !== undefined)
    throw new SegueError('invalid_input', `${shown} holds migrations as programs (${inCode}), not as SQL.`, {
      object: shown,
      next: 'Give the SQL that they send; for Knex docs/import.md has a script that prints it.',
    });
  return { tool: toolOf(listing, folders, diesel, plain), files };
}

function toolOf(
  { control, paths }: FolderListing,
  folders: readonly MigrationFile[],
  diesel: readonly MigrationFile[],
  plain: readonly MigrationFile[],
): MigrationFolder['tool'] {
  if (folders.length > 0)
    return control['migration_lock.toml'] === undefined &&
      paths.some((path) => path.endsWith('/snapshot.json'))
      ? 'drizzle'
      : 'prisma';
  if (diesel.length > 0) return 'diesel';
  return plain.length > 0 && plain.every(({ path }) => /\.up\.sql$/i.test(path)) ? 'golang-migrate' : 'plain';
}

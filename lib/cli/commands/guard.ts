import { stat } from 'node:fs/promises';
import path from 'node:path';
import { SegueError } from '@/lib/core/errors';
import type { MigrationRecord } from '@/lib/core/migration-record';
import { guardDrizzle, guardPrisma } from '@/lib/planner/guard/guard-config';
import type { GuardFinding } from '@/lib/planner/guard/guard-migration';
import type { TableInTransition } from '@/lib/planner/guard/table-in-transition';
import { pendingIn } from '@/lib/planner/team-record/judge-journal';
import { type Guarded, guardedServer, guardedTarget } from '../guarded';
import { githubAnnotations } from '../lint-output/github';
import { findingsAsText } from '../lint-output/text';
import type { CommandInput } from '../main';
import { printJson, printLine } from '../output';
import { readMigrationText } from '../read-migration-text';
import { readTeamFolder } from '../team-folder';
import { journalTable } from '../team-record';
import { type DrizzleConfig, type PrismaConfig, readDrizzleConfig, readPrismaConfig } from '../tool-config';
import { requireDatabase, withTarget } from '../with-target';

interface Configs {
  readonly drizzle: DrizzleConfig | null;
  readonly prisma: PrismaConfig | null;
}

/**
 * `segue guard <folder|file>…`: fails where a migration that the next deploy would run touches a table in transition, and where a tool's
 * configuration would take Segue's columns for drift. Changes nothing. Exit 0 or 1; 2 where something cannot be read.
 */
export async function guard({ files, options, cwd }: CommandInput): Promise<0 | 1> {
  const configs: Configs = {
    drizzle:
      options['drizzle-config'] === undefined
        ? null
        : await readDrizzleConfig(options['drizzle-config'], cwd),
    prisma:
      options['prisma-config'] === undefined ? null : await readPrismaConfig(options['prisma-config'], cwd),
  };
  const format = formatOf(options);
  const paths = files.length > 0 ? files : foldersOf(configs, options);
  return onGuarded(options, async (guarded) => {
    const tables = await guarded.tables();
    const pending: string[] = [];
    for (const given of paths)
      pending.push(...(await pendingOf(guarded, given, configs, options.journal, cwd)));
    const read = async () =>
      Promise.all(pending.map(async (file) => ({ file, text: await readMigrationText(file, cwd) })));
    const findings = [
      ...(configs.drizzle === null
        ? []
        : guardDrizzle(options['drizzle-config'] ?? '', configs.drizzle, tables, options.push === true)),
      ...(configs.prisma === null ? [] : guardPrisma(options['prisma-config'] ?? '', configs.prisma, tables)),
      ...(tables.length === 0 ? [] : await guarded.judge(await read(), tables)),
    ];
    print(format, findings, pending, tables);
    return findings.length > 0 ? 1 : 0;
  });
}

/** The database itself, or a server of Segue's that knows it. */
async function onGuarded<T>(
  options: CommandInput['options'],
  work: (guarded: Guarded) => Promise<T>,
): Promise<T> {
  const { server, name, database } = options;
  if (server === undefined)
    return withTarget(requireDatabase(database), (target) => work(guardedTarget(target)));
  if (database !== undefined)
    throw new SegueError('invalid_input', '--database and --server exclude each other.', {
      object: '--server',
      next: 'Give the URL of the database, or a server that knows it.',
    });
  if (name === undefined)
    throw new SegueError('invalid_input', 'The server is not told which database is meant.', {
      object: '--name',
      next: 'Add --name with the name that the database has in the dashboard.',
    });
  return work(guardedServer({ url: server, database: name, token: process.env.SEGUE_TOKEN }));
}

type Format = 'text' | 'json' | 'github';

function formatOf({ json, format }: CommandInput['options']): Format {
  if (json === true) return 'json';
  if (format === undefined || format === 'text') return 'text';
  if (format === 'json' || format === 'github') return format;
  throw new SegueError('invalid_input', `--format ${format} is not known.`, {
    object: '--format',
    next: 'Give one of text, json, github.',
  });
}

/** Without a folder the configurations name it; a push needs none. */
function foldersOf({ drizzle, prisma }: Configs, options: CommandInput['options']): string[] {
  const below = (config: string | undefined, folder: string) => path.join(path.dirname(config ?? ''), folder);
  if (drizzle !== null) return options.push === true ? [] : [below(options['drizzle-config'], drizzle.out)];
  if (prisma !== null)
    return prisma.migrations.path === undefined
      ? []
      : [below(options['prisma-config'], prisma.migrations.path)];
  throw new SegueError('invalid_input', 'No folder is given.', {
    next: 'Give the folder of migrations, or --drizzle-config, or --prisma-config.',
  });
}

/** Files that the next deploy would run; a file that is given by name counts as one. */
async function pendingOf(
  guarded: Guarded,
  given: string,
  { drizzle }: Configs,
  journal: string | undefined,
  cwd: string,
): Promise<string[]> {
  const entry = await stat(path.resolve(cwd, given)).catch(() => null);
  if (entry?.isDirectory() !== true) return [given];
  const folder = await readTeamFolder(given, cwd);
  if (folder === null)
    throw new SegueError(
      'invalid_input',
      `${given} is no folder of drizzle-kit’s or Prisma’s: what is pending is not known.`,
      {
        object: given,
        next: 'Give the files that are pending.',
      },
    );
  const usual = journalTable(folder, journal);
  const own = journal === undefined && folder.tool !== 'prisma' ? drizzle?.migrations : undefined;
  const table: MigrationRecord['table'] = {
    schema: own?.schema ?? usual.schema,
    name: own?.table ?? usual.name,
  };
  const found = await guarded.journal({ tool: folder.tool, table });
  return pendingIn(folder.tool, found, folder.entries).map(({ file }) => file);
}

function print(
  format: Format,
  findings: readonly GuardFinding[],
  pending: readonly string[],
  tables: readonly TableInTransition[],
): void {
  if (format === 'json') printJson({ findings, pending, tables });
  else if (format === 'github') for (const line of githubAnnotations(findings)) printLine(line);
  else if (findings.length > 0) for (const line of findingsAsText(findings, pending.length)) printLine(line);
  else {
    const names = tables.map(({ table }) => `${table.schema}.${table.name}`).join(', ');
    printLine(
      `${pending.length} pending. ${names === '' ? 'No table is' : `Not touched: ${names},`} in transition.`,
    );
  }
}

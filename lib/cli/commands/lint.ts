import { stat } from 'node:fs/promises';
import path from 'node:path';
import { SegueError } from '@/lib/core/errors';
import type { LintFinding } from '@/lib/planner/lint/lint-finding';
import { lintMigration } from '@/lib/planner/lint/lint-migration';
import { catalogReader } from '@/lib/planner/memory-catalog/catalog-of';
import { emptyMemory, type Memory } from '@/lib/planner/memory-catalog/memory';
import { memoryFrom } from '@/lib/planner/memory-catalog/memory-from';
import { readMigration } from '@/lib/sql/migration/read-migration';
import packageJson from '@/package.json';
import { githubAnnotations } from '../lint-output/github';
import { sarif } from '../lint-output/sarif';
import { findingsAsText } from '../lint-output/text';
import type { CommandInput } from '../main';
import { migrationFolder } from '../migration-folder';
import { printJson, printLine } from '../output';
import { ASSUMED_MAJOR, applyHistory } from '../read-history';
import { readMigrationText } from '../read-migration-text';

const MAJORS = [14, 15, 16, 17, 18] as const;
type LintMajor = (typeof MAJORS)[number];
const FORMATS = ['text', 'json', 'sarif', 'github'] as const;
type Format = (typeof FORMATS)[number];

function oneOf<T extends string | number>(
  option: string,
  given: string | undefined,
  allowed: readonly T[],
): T | null {
  if (given === undefined) return null;
  const found = allowed.find((each) => String(each) === given);
  if (found === undefined)
    throw new SegueError('invalid_input', `${option} ${given} is not known.`, {
      object: option,
      next: `Give one of ${allowed.join(', ')}.`,
    });
  return found;
}

/** Files in the order in which they run; of a folder those of its tool. */
async function filesOf(
  paths: readonly string[],
  cwd: string,
): Promise<{ file: string; folder: string | null }[]> {
  if (paths.length === 0)
    throw new SegueError('invalid_input', 'No file is given.', {
      next: 'Give migration files or their folder.',
    });
  const found: { file: string; folder: string | null }[] = [];
  for (const given of paths) {
    const entry = await stat(path.resolve(cwd, given)).catch(() => null);
    if (entry?.isDirectory() !== true) found.push({ file: given, folder: null });
    else {
      const { files } = await migrationFolder(given, cwd);
      if (files.length === 0)
        throw new SegueError('invalid_input', `${given} holds no SQL files.`, {
          object: given,
          next: 'Check the path.',
        });
      found.push(...files.map((file) => ({ file: file.path, folder: given })));
    }
  }
  return found;
}

interface Start {
  readonly memory: Memory;
  /** Everything that is there is known. */
  readonly complete: boolean;
}

/** The schema that the first file meets. */
async function startOf(
  { options, cwd }: CommandInput,
  files: readonly { file: string; folder: string | null }[],
  major: LintMajor,
): Promise<Start> {
  const { database, after } = options;
  if (database !== undefined && after !== undefined)
    throw new SegueError('invalid_input', '--database and --after exclude each other.', {
      object: '--after',
      next: 'Give the database, or the folder of earlier migrations.',
    });
  if (database !== undefined) {
    const statements: unknown[] = [];
    for (const { file } of files)
      for (const item of readMigration(await readMigrationText(file, cwd)).items)
        if (item.type === 'statement')
          statements.push(item.node, ...(item.block?.statements.map(({ node }) => node) ?? []));
    // Loaded only for this: most runs lint files alone, before each commit.
    const [{ readSchemaFor }, { withTarget }] = await Promise.all([
      import('@/lib/engine/read-schema-for'),
      import('../with-target'),
    ]);
    const catalog = await withTarget(database, (target) => readSchemaFor(target, statements));
    return { memory: memoryFrom(catalog), complete: true };
  }
  const memory = emptyMemory(major);
  if (after === undefined) return { memory, complete: files.every(({ folder }) => folder !== null) };
  const linted = new Set(files.map(({ file }) => path.resolve(cwd, file)));
  // Of a history that holds the files themselves only what comes before them.
  await applyHistory(memory, after, cwd, (file) => linted.has(path.resolve(cwd, file)));
  return { memory, complete: true };
}

/**
 * `segue lint <file|folder>…`: what each statement would do to a database in use. Changes nothing. Exit 1 when a finding is an
 * error, 2 where a file cannot be read; a syntax error is both told as a finding and exit 2.
 */
export async function lint(input: CommandInput): Promise<0 | 1 | 2> {
  const { options, cwd } = input;
  const asked = oneOf('--pg', options.pg, MAJORS);
  const format: Format =
    options.json === true ? 'json' : (oneOf('--format', options.format, FORMATS) ?? 'text');
  const files = await filesOf(input.files, cwd);
  const { memory, complete } = await startOf(input, files, asked ?? ASSUMED_MAJOR);
  const server = MAJORS.find((each) => each === Math.floor(memory.serverVersionNum / 10_000));
  const major = asked ?? server ?? ASSUMED_MAJOR;
  const read = catalogReader(memory);
  const findings: LintFinding[] = [];
  for (const { file } of files) {
    const text = await readMigrationText(file, cwd);
    findings.push(...lintMigration(text, memory, read, { file, major, timeZone: null, complete }));
  }
  print(format, findings, files.length);
  const unread = findings.filter(({ rule }) => rule === 'syntax-error');
  for (const { file, line, column, message } of unread)
    process.stderr.write(`segue: ${file}:${line}:${column} ${message}\n`);
  if (unread.length > 0) return 2;
  return findings.some(({ severity }) => severity === 'error') ? 1 : 0;
}

function print(format: Format, findings: readonly LintFinding[], files: number): void {
  if (format === 'json') printJson({ findings });
  else if (format === 'sarif') printJson(sarif(findings, packageJson.version));
  else
    for (const line of format === 'github' ? githubAnnotations(findings) : findingsAsText(findings, files))
      printLine(line);
}
